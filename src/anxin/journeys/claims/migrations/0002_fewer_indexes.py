import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from anxin.access.indexes import Unindexed


class Migration(migrations.Migration):

    dependencies = [
        ('claims', '0001_initial'),
        ('customers', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Unindexed(
            model_name='assessment',
            name='assessor',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        Unindexed(
            model_name='assessmentline',
            name='reviewer',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        Unindexed(
            model_name='claim',
            name='adjudicator',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        Unindexed(
            model_name='claim',
            name='assessor',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        Unindexed(
            model_name='claim',
            name='customer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='customers.customer'),
        ),
        Unindexed(
            model_name='claim',
            name='handler',
            field=models.ForeignKey(db_index=False, help_text='whom the customer asks', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        Unindexed(
            model_name='claim',
            name='reviewer',
            field=models.ForeignKey(db_index=False, help_text='the second assessor', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        Unindexed(
            model_name='claim',
            name='surveyor',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        Unindexed(
            model_name='claimpolicy',
            name='claim',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='covers', to='claims.claim'),
        ),
        Unindexed(
            model_name='decision',
            name='adjudicator',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        Unindexed(
            model_name='party',
            name='claim',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='parties', to='claims.claim'),
        ),
        Unindexed(
            model_name='payment',
            name='instructed_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
    ]
