-- What the portal wants of the worker at once, and what came of it. Each row brings the job that names it.
create table errands (
  id uuid primary key default gen_random_uuid(),
  kind text not null check (kind in ('probe', 'volume-usage')),
  -- A container's id, or a volume's name at the engine.
  target text not null check (target ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,200}$'),
  asked_at timestamptz not null default clock_timestamp(),
  begun_at timestamptz,
  -- While it is worked on, moved on every few seconds.
  alive_at timestamptz,
  ended_at timestamptz,
  result jsonb,
  -- In words, and as an error's code.
  problem text,
  problem_code text,
  check ((ended_at is null) = (result is null and problem is null))
);
create index errands_asked_at on errands (asked_at);

-- The job comes with the row, in the owner's name: the portal's role has no way to any other job.
create function add_errand_job() returns trigger language plpgsql security definer set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtext('errands'));
  if (select count(*) from public.errands
      where ended_at is null and asked_at > clock_timestamp() - interval '15 seconds') > 20 then
    raise exception 'too many errands wait' using errcode = 'configuration_limit_exceeded';
  end if;
  -- Behind everything that comes by the clock.
  perform graphile_worker.add_job('errand', json_build_object('id', new.id), max_attempts := 1, priority := 10);
  return null;
end $$;
revoke execute on function add_errand_job from public;
create trigger errands_job after insert on errands for each row execute function add_errand_job();

-- What each volume takes on its disk as of the last measurement that worked, and why the newest one did not.
create table volume_usage (
  volume text primary key,
  bytes bigint,
  measured_at timestamptz,
  tried_at timestamptz not null,
  problem text,
  check ((bytes is null) = (measured_at is null)),
  check (bytes is not null or problem is not null)
);

-- The portal asks, the worker answers.
revoke insert, update, delete on errands from portal;
grant insert (kind, target) on errands to portal;
revoke insert, update, delete on volume_usage from portal;
