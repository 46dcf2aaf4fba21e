from django.db import migrations


class Migration(migrations.Migration):
    """Webhooks moved to a room of their own: the tables keep their rows and change their names."""

    dependencies = [
        ('api', '0002_fewer_indexes'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AlterModelTable('Subscription', 'webhooks_subscription'),
                migrations.AlterModelTable('Attempt', 'webhooks_attempt'),
            ],
            state_operations=[
                migrations.DeleteModel('Attempt'),
                migrations.DeleteModel('Subscription'),
            ],
        ),
    ]
