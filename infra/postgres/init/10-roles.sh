#!/bin/bash
# First start only, though it may be run again: one owner and one ordinary role for the portal's database, one role for
# Keycloak's. psql reads the passwords from their files, so no command line or log shows them.
#   portal_owner  the worker alone: owns the tables, applies migrations
#   portal        the portal: reads and writes rows as the migrations grant; audit rows it can only add
set -euo pipefail

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username postgres --dbname postgres <<'SQL'
set log_statement = 'none';
set log_min_duration_statement = -1;
set log_min_error_statement = 'panic';
\set owner_password `cat /run/secrets/owner_password`
\set portal_password `cat /run/secrets/portal_password`
\set keycloak_password `cat /run/secrets/keycloak_password`
\set exporter_password `cat /run/secrets/exporter_password`
select format('create role %I login', name)
  from unnest(array['portal_owner', 'portal', 'keycloak', 'exporter']) as name
  where not exists (select from pg_roles where rolname = name) \gexec
alter role portal_owner password :'owner_password' connection limit 20;
alter role portal password :'portal_password' connection limit 40;
alter role keycloak password :'keycloak_password' connection limit 25;
alter role exporter password :'exporter_password' connection limit 5;
grant pg_monitor to exporter;
select format('create database %I', name)
  from unnest(array['portal', 'keycloak']) as name
  where not exists (select from pg_database where datname = name) \gexec
alter database portal owner to portal_owner;
alter database keycloak owner to keycloak;
revoke all on database portal, keycloak, postgres, template1 from public;
grant connect on database portal to portal;
grant connect on database postgres to exporter;
SQL

in_database() { psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username postgres --dbname "$@"; }
in_database keycloak --command 'alter schema public owner to keycloak' --command 'revoke all on schema public from public'
# Until there was an owner of its own, the portal's role owned the tables.
in_database portal --command 'reassign owned by portal to portal_owner' \
  --command 'alter schema public owner to portal_owner' --command 'revoke all on schema public from public' \
  --command 'grant usage on schema public to portal'
