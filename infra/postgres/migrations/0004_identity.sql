-- `enabled` as Keycloak last said; `checked_at` when it was asked about somebody whose API tokens live.
alter table users
  add column enabled boolean not null default true,
  add column checked_at timestamptz not null default now();

-- Keycloak confirms each live session every minute; while it does not answer a session lives on for a while.
alter table sessions
  add column confirmed_at timestamptz not null default now();
create index sessions_unconfirmed on sessions (confirmed_at) where revoked_at is null;

-- Logout tokens that were acted on: none acts twice.
create table logout_tokens (
  jti text primary key,
  expires_at timestamptz not null
);

-- Only the hash of a token is kept; `start` is what people recognise it by.
create table tokens (
  id uuid primary key default gen_random_uuid(),
  secret_sha256 bytea not null unique check (octet_length(secret_sha256) = 32),
  start text not null,
  name text not null,
  user_id text not null references users (id) on delete cascade,
  role text not null check (role in ('viewer', 'operator', 'admin')),
  destructive boolean not null default false,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoked_because text,
  last_used_at timestamptz,
  last_used_ip inet,
  check (expires_at <= created_at + interval '366 days'),
  check (not destructive or expires_at <= created_at + interval '25 hours')
);
create index tokens_user_id on tokens (user_id);
