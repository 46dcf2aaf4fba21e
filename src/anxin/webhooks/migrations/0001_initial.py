import anxin.journal.models
import anxin.webhooks.models
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SCOPES = {
    'api.subscribe': 'webhooks.subscribe',
    'api.see_webhooks': 'webhooks.see',
    'api.see_all_webhooks': 'webhooks.see_all',
}


def rename_scopes(apps, schema_editor):
    """Tokens name permissions, and those of webhooks are called after their own room now."""
    for token in apps.get_model('access', 'ApiToken').objects.all():
        scopes = [SCOPES.get(name, name) for name in token.scopes]
        if scopes != token.scopes:
            token.scopes = scopes
            token.save(update_fields=['scopes'])


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('access', '0001_initial'),
        ('api', '0003_webhooks_have_a_room'),  # renames the tables
        ('journal', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Subscription',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('public_id', models.CharField(default=anxin.journal.models.new_public_id, max_length=24, unique=True)),
                        ('url', models.CharField(max_length=500)),
                        ('secret', models.CharField(default=anxin.webhooks.models.new_secret, max_length=80)),
                        ('activities', models.JSONField(default=list, help_text='names, or a room and a star: claims.*; empty for all')),
                        ('state', models.CharField(choices=[('active', 'Active'), ('paused', 'Paused'), ('stopped', 'Stopped after too many failures')], default='active', max_length=8)),
                        ('transaction', models.BigIntegerField(default=0)),
                        ('position', models.BigIntegerField(default=0)),
                        ('attempts', models.PositiveSmallIntegerField(default=0, help_text='failures in a row at the event that is next')),
                        ('next_try_at', models.DateTimeField()),
                        ('lease_until', models.DateTimeField(null=True)),
                        ('lease_by', models.CharField(blank=True, max_length=40)),
                        ('error', models.CharField(blank=True, help_text='the last failure, empty after a success', max_length=300)),
                        ('created_at', models.DateTimeField()),
                        ('last_success_at', models.DateTimeField(null=True)),
                        ('token', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='access.apitoken')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='webhooks', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'ordering': ['id'],
                    },
                ),
                migrations.CreateModel(
                    name='Attempt',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('serial', models.PositiveSmallIntegerField(help_text='which try of this event it was, from 1')),
                        ('at', models.DateTimeField()),
                        ('milliseconds', models.PositiveIntegerField(default=0)),
                        ('status', models.PositiveSmallIntegerField(help_text='the HTTP answer; none when there was no answer', null=True)),
                        ('error', models.CharField(blank=True, max_length=300)),
                        ('event', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='journal.event')),
                        ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tries', to='webhooks.subscription')),
                    ],
                    options={
                        'ordering': ['-id'],
                    },
                ),
                migrations.AddIndex(
                    model_name='subscription',
                    index=models.Index(condition=models.Q(('state', 'active')), fields=['next_try_at'], name='webhook_due'),
                ),
                migrations.AddIndex(
                    model_name='subscription',
                    index=models.Index(fields=['user', 'id'], name='webhook_owner'),
                ),
                migrations.AddIndex(
                    model_name='attempt',
                    index=models.Index(fields=['at'], name='webhook_attempt_at'),
                ),
            ],
        ),
        migrations.RunPython(rename_scopes, migrations.RunPython.noop),
    ]
