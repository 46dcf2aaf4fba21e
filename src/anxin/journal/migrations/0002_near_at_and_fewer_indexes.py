import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from anxin.access.indexes import Unindexed


def fill_near_at(apps, schema_editor):
    """What stands gets what every write keeps from here on."""
    case, promise = apps.get_model('journal', 'Case'), apps.get_model('journal', 'Promise')
    tightest = promise.objects.filter(pk=models.OuterRef('due_promise')).values('near_at')[:1]
    case.objects.exclude(due_promise=None).update(near_at=models.Subquery(tightest))


class Migration(migrations.Migration):

    dependencies = [
        ('access', '0001_initial'),
        ('journal', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='near_at',
            field=models.DateTimeField(null=True),
        ),
        Unindexed(
            model_name='case',
            name='branch',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.branch'),
        ),
        Unindexed(
            model_name='case',
            name='department',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='access.department'),
        ),
        Unindexed(
            model_name='case',
            name='due_promise',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='journal.promise'),
        ),
        Unindexed(
            model_name='case',
            name='person',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        Unindexed(
            model_name='event',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='journal.case'),
        ),
        Unindexed(
            model_name='promise',
            name='case',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='journal.case'),
        ),
        Unindexed(
            model_name='promise',
            name='person',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.RemoveIndex(model_name='promise', name='promise_open_due'),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(condition=models.Q(('settled_at', None)), fields=['case', 'near_at'], name='promise_open_of_case'),
        ),
        migrations.RunPython(fill_near_at, migrations.RunPython.noop),
    ]
