"""Mails become deliveries. What still waited is held until now, so that the next release sends it. Can be repeated."""

from django.db import migrations

COPY = """
SELECT set_config('luyue.scope', 'all', true);
INSERT INTO notices_delivery (message_id, person_id, contract_id, way, address, key, title, body, link, state, urgent,
    due_at, attempts, created_at, sent_at, last_error)
SELECT mail.message_id, message.person_id, mail.contract_id, 'email', mail.address, '', message.title, message.body,
    message.link, CASE mail.state WHEN 'waiting' THEN 'held' ELSE mail.state END, false,
    message.created_at, mail.attempts, message.created_at, mail.sent_at, mail.last_error
FROM notices_mail mail JOIN notices_message message ON message.id = mail.message_id
WHERE NOT EXISTS (
    SELECT 1 FROM notices_delivery there WHERE there.message_id = mail.message_id AND there.way = 'email'
);
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0004_wall_of_deliveries")]
    operations = [migrations.RunSQL(COPY, migrations.RunSQL.noop)]
