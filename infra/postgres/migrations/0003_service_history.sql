-- What each container was, from `at` until its next row. "unknown" opens a time that nobody watched, "gone" ends one.
create table service_history (
  id bigint generated always as identity primary key,
  service text not null,
  container_id text not null,
  container_name text not null,
  at timestamptz not null,
  state text not null,
  health text check (health in ('healthy', 'unhealthy', 'starting')),
  exit_code integer,
  out_of_memory boolean not null default false,
  restarts integer not null default 0,
  -- asked: somebody told the engine to; policy: its restart policy did; itself: the program ended.
  -- worker-down, engine-silent, not-watched: why it is unknown.
  cause text check (cause in ('asked', 'policy', 'itself', 'worker-down', 'engine-silent', 'not-watched')),
  probe text,
  image_id text not null
);
create index service_history_service on service_history (service, at desc, id desc);
create index service_history_container on service_history (container_id, at desc, id desc);
create index service_history_at on service_history (at);

-- Until when the history is complete: the worker moves it on while it watches.
create table service_history_seen (
  only_one boolean primary key default true check (only_one),
  at timestamptz not null
);

-- The worker writes it; the portal reads.
revoke insert, update, delete on service_history, service_history_seen from portal;
