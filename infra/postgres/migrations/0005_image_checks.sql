-- What an image's registry said of its tag when the worker last asked; `problem` in place of an answer.
create table image_checks (
  reference text primary key,
  checked_at timestamptz not null,
  digest text,
  newer_tags text[] not null default '{}',
  problem text,
  check ((digest is null) <> (problem is null))
);

-- The worker writes it; the portal reads.
revoke insert, update, delete on image_checks from portal;
