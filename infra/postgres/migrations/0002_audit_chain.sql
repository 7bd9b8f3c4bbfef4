-- Migrations run as the owner of the tables, which the worker alone can be. The portal's role works on rows: all of
-- them in tables made later too, except where a migration says otherwise.
revoke create on schema public from portal;
grant usage on schema public to portal;
grant select, insert, update, delete on all tables in schema public to portal;
alter default privileges in schema public grant select, insert, update, delete on tables to portal;
alter default privileges in schema public grant usage, select on sequences to portal;
revoke insert, update, delete on schema_migrations from portal;

-- Where from, and what was before and after.
alter table audit
  alter column id drop identity,
  drop constraint audit_actor_kind_check,
  add constraint audit_actor_kind_check check (actor_kind in ('person', 'token', 'host', 'worker', 'nobody')),
  add column session_id uuid,
  add column ip inet,
  add column user_agent text,
  add column trace_id text,
  add column before jsonb,
  add column after jsonb,
  add column prev_hash bytea,
  add column hash bytea;

-- The newest row's number and hash; whoever appends holds its lock, so the chain has no forks and no gaps.
create table audit_head (
  only_one boolean primary key default true check (only_one),
  id bigint not null,
  hash bytea not null check (octet_length(hash) = 32)
);
insert into audit_head (id, hash) values (0, decode(repeat('00', 32), 'hex'));

-- Each field with its length, so that no two different rows read the same; lib/audit/chain.ts computes it likewise.
create function audit_field(value text) returns text language sql immutable
  return coalesce(octet_length(convert_to(value, 'UTF8')) || ':' || value, '-') || ',';

create function audit_hash(a audit) returns bytea language sql stable
  return sha256(a.prev_hash || convert_to(
    audit_field(a.id::text)
    || audit_field(to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
    || audit_field(a.intent_id::text)
    || audit_field(a.actor_kind) || audit_field(a.actor_id) || audit_field(a.actor_name)
    || audit_field(a.session_id::text)
    || audit_field(a.action) || audit_field(a.target) || audit_field(a.outcome)
    || audit_field(a.details::text) || audit_field(a.before::text) || audit_field(a.after::text)
    || audit_field(host(a.ip)) || audit_field(a.user_agent)
    || audit_field(a.request_id) || audit_field(a.trace_id),
    'UTF8'));

-- Runs as the owner: number, time and hash are never the caller's.
create function audit_append() returns trigger language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  head public.audit_head;
begin
  select * into strict head from public.audit_head for update;
  new.id := head.id + 1;
  new.at := clock_timestamp();
  new.prev_hash := head.hash;
  new.hash := public.audit_hash(new);
  update public.audit_head set id = new.id, hash = new.hash;
  return new;
end $$;

create function audit_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'audit rows are never changed or removed';
end $$;

-- Rows from before the chain join it as they are.
do $$
declare
  entry audit;
  head audit_head;
begin
  for entry in select * from audit order by id loop
    select * into strict head from audit_head;
    entry.prev_hash := head.hash;
    entry.hash := audit_hash(entry);
    update audit set prev_hash = entry.prev_hash, hash = entry.hash where id = entry.id;
    update audit_head set id = entry.id, hash = entry.hash;
  end loop;
end $$;

alter table audit
  alter column prev_hash set not null,
  alter column hash set not null;
create trigger audit_append before insert on audit for each row execute function audit_append();
create trigger audit_refuse before update or delete or truncate on audit for each statement execute function audit_refuse();
create index audit_target on audit (target, id desc);
create index audit_actor on audit (actor_name, id desc);
create unique index audit_intent on audit (intent_id) where intent_id is not null;

-- What the triggers hold for everybody, the rights hold for the portal.
revoke update, delete on audit from portal;
revoke insert, update, delete on audit_head from portal;
revoke execute on function audit_append() from public;
