from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "luyue.knowledge"
    label = "knowledge"
    verbose_name = "知识"
