#!/bin/bash
# First start only: one role a database. psql reads the passwords from their files, so no command line or log shows them.
set -euo pipefail

psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username postgres --dbname postgres <<'SQL'
set log_statement = 'none';
set log_min_duration_statement = -1;
set log_min_error_statement = 'panic';
\set portal_password `cat /run/secrets/portal_password`
\set keycloak_password `cat /run/secrets/keycloak_password`
\set exporter_password `cat /run/secrets/exporter_password`
create role portal login password :'portal_password' connection limit 40;
create role keycloak login password :'keycloak_password' connection limit 25;
create role exporter login password :'exporter_password' connection limit 5;
grant pg_monitor to exporter;
create database portal owner portal;
create database keycloak owner keycloak;
revoke all on database portal, keycloak, postgres, template1 from public;
grant connect on database postgres to exporter;
SQL

for database in portal keycloak; do
  psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username postgres --dbname "$database" \
    --command "alter schema public owner to $database" --command 'revoke all on schema public from public'
done
