import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from anxin.access.indexes import Unindexed


class Migration(migrations.Migration):

    dependencies = [
        ('anxin_messages', '0001_initial'),
        ('customers', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Unindexed(
            model_name='message',
            name='author',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        Unindexed(
            model_name='message',
            name='customer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='customers.customer'),
        ),
    ]
