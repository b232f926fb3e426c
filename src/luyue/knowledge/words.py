"""Words of knowledge."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

EVENTS: Mapping[str, object] = {
    "article.written": gettext_lazy("写知识"),
    "article.submitted": gettext_lazy("提交审核"),
    "article.approved": gettext_lazy("知识发布"),
    "article.rejected": gettext_lazy("知识退回"),
    "article.withdrawn": gettext_lazy("知识撤下"),
    "case.article_used": gettext_lazy("用上知识"),
    "case.article_put_back": gettext_lazy("知识没用上"),
}
