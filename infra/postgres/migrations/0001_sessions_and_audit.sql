-- People as Keycloak named them at their last sign-in; Keycloak stays the source of truth.
create table users (
  id text primary key,
  name text not null,
  display_name text not null,
  email text,
  role text check (role in ('viewer', 'operator', 'admin')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- The cookie holds a random id, this table its SHA-256: reading the table opens no session.
create table sessions (
  id_sha256 bytea primary key check (octet_length(id_sha256) = 32),
  public_id uuid not null unique default gen_random_uuid(),
  user_id text not null references users (id) on delete cascade,
  keycloak_session text,
  acr integer not null,
  auth_time timestamptz not null,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_because text,
  id_token bytea,
  refresh_token bytea,
  ip inet,
  user_agent text
);
create index sessions_user_id on sessions (user_id);
create index sessions_keycloak_session on sessions (keycloak_session);

-- An intent row before a daemon is touched, an outcome row that points at it afterwards.
create table audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  intent_id bigint references audit (id),
  actor_kind text not null check (actor_kind in ('person', 'host', 'worker')),
  actor_id text,
  actor_name text not null,
  action text not null,
  target text not null,
  outcome text not null check (outcome in ('intent', 'done', 'failed', 'refused')),
  details jsonb not null default '{}',
  request_id text
);
create index audit_at on audit (at desc);
