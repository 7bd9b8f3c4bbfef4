ALTER SCHEMA public OWNER TO portal_owner;
CREATE FUNCTION public.add_errand_job() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO ''
    AS $$
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
ALTER FUNCTION public.add_errand_job() OWNER TO portal_owner;
CREATE FUNCTION public.audit_append() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'public', 'pg_temp'
    AS $$
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
ALTER FUNCTION public.audit_append() OWNER TO portal_owner;
CREATE FUNCTION public.audit_field(value text) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN (COALESCE(((octet_length(convert_to(value, 'UTF8'::name)) || ':'::text) || value), '-'::text) || ','::text);
ALTER FUNCTION public.audit_field(value text) OWNER TO portal_owner;
CREATE TABLE public.audit (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    intent_id bigint,
    actor_kind text NOT NULL,
    actor_id text,
    actor_name text NOT NULL,
    action text NOT NULL,
    target text NOT NULL,
    outcome text NOT NULL,
    details jsonb DEFAULT '{}'::jsonb NOT NULL,
    request_id text,
    session_id uuid,
    ip inet,
    user_agent text,
    trace_id text,
    before jsonb,
    after jsonb,
    prev_hash bytea NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT audit_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['person'::text, 'token'::text, 'host'::text, 'worker'::text, 'nobody'::text]))),
    CONSTRAINT audit_outcome_check CHECK ((outcome = ANY (ARRAY['intent'::text, 'done'::text, 'failed'::text, 'refused'::text])))
);
ALTER TABLE public.audit OWNER TO portal_owner;
CREATE FUNCTION public.audit_hash(a public.audit) RETURNS bytea
    LANGUAGE sql STABLE
    RETURN sha256(((a).prev_hash || convert_to(((((((((((((((((public.audit_field(((a).id)::text) || public.audit_field(to_char(((a).at AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'::text))) || public.audit_field(((a).intent_id)::text)) || public.audit_field((a).actor_kind)) || public.audit_field((a).actor_id)) || public.audit_field((a).actor_name)) || public.audit_field(((a).session_id)::text)) || public.audit_field((a).action)) || public.audit_field((a).target)) || public.audit_field((a).outcome)) || public.audit_field(((a).details)::text)) || public.audit_field(((a).before)::text)) || public.audit_field(((a).after)::text)) || public.audit_field(host((a).ip))) || public.audit_field((a).user_agent)) || public.audit_field((a).request_id)) || public.audit_field((a).trace_id)), 'UTF8'::name)));
ALTER FUNCTION public.audit_hash(a public.audit) OWNER TO portal_owner;
CREATE FUNCTION public.audit_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  raise exception 'audit rows are never changed or removed';
end $$;
ALTER FUNCTION public.audit_refuse() OWNER TO portal_owner;
CREATE TABLE public.audit_head (
    only_one boolean DEFAULT true NOT NULL,
    id bigint NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT audit_head_hash_check CHECK ((octet_length(hash) = 32)),
    CONSTRAINT audit_head_only_one_check CHECK (only_one)
);
ALTER TABLE public.audit_head OWNER TO portal_owner;
CREATE TABLE public.errands (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    kind text NOT NULL,
    target text NOT NULL,
    asked_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    begun_at timestamp with time zone,
    alive_at timestamp with time zone,
    ended_at timestamp with time zone,
    result jsonb,
    problem text,
    problem_code text,
    CONSTRAINT errands_check CHECK (((ended_at IS NULL) = ((result IS NULL) AND (problem IS NULL)))),
    CONSTRAINT errands_kind_check CHECK ((kind = ANY (ARRAY['probe'::text, 'volume-usage'::text]))),
    CONSTRAINT errands_target_check CHECK ((target ~ '^[A-Za-z0-9][A-Za-z0-9_.-]{0,200}$'::text))
);
ALTER TABLE public.errands OWNER TO portal_owner;
CREATE TABLE public.image_checks (
    reference text NOT NULL,
    checked_at timestamp with time zone NOT NULL,
    digest text,
    newer_tags text[] DEFAULT '{}'::text[] NOT NULL,
    problem text,
    CONSTRAINT image_checks_check CHECK (((digest IS NULL) <> (problem IS NULL)))
);
ALTER TABLE public.image_checks OWNER TO portal_owner;
CREATE TABLE public.logout_tokens (
    jti text NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
ALTER TABLE public.logout_tokens OWNER TO portal_owner;
CREATE TABLE public.schema_migrations (
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE public.schema_migrations OWNER TO portal_owner;
CREATE TABLE public.service_history (
    id bigint NOT NULL,
    service text NOT NULL,
    container_id text NOT NULL,
    container_name text NOT NULL,
    at timestamp with time zone NOT NULL,
    state text NOT NULL,
    health text,
    exit_code integer,
    out_of_memory boolean DEFAULT false NOT NULL,
    restarts integer DEFAULT 0 NOT NULL,
    cause text,
    probe text,
    image_id text NOT NULL,
    CONSTRAINT service_history_cause_check CHECK ((cause = ANY (ARRAY['asked'::text, 'policy'::text, 'itself'::text, 'worker-down'::text, 'engine-silent'::text, 'not-watched'::text]))),
    CONSTRAINT service_history_health_check CHECK ((health = ANY (ARRAY['healthy'::text, 'unhealthy'::text, 'starting'::text])))
);
ALTER TABLE public.service_history OWNER TO portal_owner;
ALTER TABLE public.service_history ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.service_history_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.service_history_seen (
    only_one boolean DEFAULT true NOT NULL,
    at timestamp with time zone NOT NULL,
    CONSTRAINT service_history_seen_only_one_check CHECK (only_one)
);
ALTER TABLE public.service_history_seen OWNER TO portal_owner;
CREATE TABLE public.sessions (
    id_sha256 bytea NOT NULL,
    public_id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id text NOT NULL,
    keycloak_session text,
    acr integer NOT NULL,
    auth_time timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revoked_because text,
    refresh_token bytea,
    ip inet,
    user_agent text,
    confirmed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT sessions_id_sha256_check CHECK ((octet_length(id_sha256) = 32))
);
ALTER TABLE public.sessions OWNER TO portal_owner;
CREATE TABLE public.tokens (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    secret_sha256 bytea NOT NULL,
    start text NOT NULL,
    name text NOT NULL,
    user_id text NOT NULL,
    role text NOT NULL,
    destructive boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revoked_because text,
    last_used_at timestamp with time zone,
    last_used_ip inet,
    CONSTRAINT tokens_check CHECK ((expires_at <= (created_at + '366 days'::interval))),
    CONSTRAINT tokens_check1 CHECK (((NOT destructive) OR (expires_at <= (created_at + '25:00:00'::interval)))),
    CONSTRAINT tokens_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'operator'::text, 'admin'::text]))),
    CONSTRAINT tokens_secret_sha256_check CHECK ((octet_length(secret_sha256) = 32))
);
ALTER TABLE public.tokens OWNER TO portal_owner;
CREATE TABLE public.users (
    id text NOT NULL,
    name text NOT NULL,
    display_name text NOT NULL,
    email text,
    role text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    checked_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT users_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'operator'::text, 'admin'::text])))
);
ALTER TABLE public.users OWNER TO portal_owner;
CREATE TABLE public.volume_usage (
    volume text NOT NULL,
    bytes bigint,
    measured_at timestamp with time zone,
    tried_at timestamp with time zone NOT NULL,
    problem text,
    CONSTRAINT volume_usage_check CHECK (((bytes IS NULL) = (measured_at IS NULL))),
    CONSTRAINT volume_usage_check1 CHECK (((bytes IS NOT NULL) OR (problem IS NOT NULL)))
);
ALTER TABLE public.volume_usage OWNER TO portal_owner;
ALTER TABLE ONLY public.audit_head
    ADD CONSTRAINT audit_head_pkey PRIMARY KEY (only_one);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.errands
    ADD CONSTRAINT errands_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.image_checks
    ADD CONSTRAINT image_checks_pkey PRIMARY KEY (reference);
ALTER TABLE ONLY public.logout_tokens
    ADD CONSTRAINT logout_tokens_pkey PRIMARY KEY (jti);
ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.service_history
    ADD CONSTRAINT service_history_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.service_history_seen
    ADD CONSTRAINT service_history_seen_pkey PRIMARY KEY (only_one);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id_sha256);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_public_id_key UNIQUE (public_id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_secret_sha256_key UNIQUE (secret_sha256);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.volume_usage
    ADD CONSTRAINT volume_usage_pkey PRIMARY KEY (volume);
CREATE INDEX audit_actor ON public.audit USING btree (actor_name, id DESC);
CREATE INDEX audit_at ON public.audit USING btree (at DESC);
CREATE UNIQUE INDEX audit_intent ON public.audit USING btree (intent_id) WHERE (intent_id IS NOT NULL);
CREATE INDEX audit_target ON public.audit USING btree (target, id DESC);
CREATE INDEX errands_asked_at ON public.errands USING btree (asked_at);
CREATE INDEX service_history_at ON public.service_history USING btree (at);
CREATE INDEX service_history_container ON public.service_history USING btree (container_id, at DESC, id DESC);
CREATE INDEX service_history_service ON public.service_history USING btree (service, at DESC, id DESC);
CREATE INDEX sessions_keycloak_session ON public.sessions USING btree (keycloak_session);
CREATE INDEX sessions_unconfirmed ON public.sessions USING btree (confirmed_at) WHERE (revoked_at IS NULL);
CREATE INDEX sessions_user_id ON public.sessions USING btree (user_id);
CREATE INDEX tokens_user_id ON public.tokens USING btree (user_id);
CREATE TRIGGER audit_append BEFORE INSERT ON public.audit FOR EACH ROW EXECUTE FUNCTION public.audit_append();
CREATE TRIGGER audit_refuse BEFORE DELETE OR UPDATE OR TRUNCATE ON public.audit FOR EACH STATEMENT EXECUTE FUNCTION public.audit_refuse();
CREATE TRIGGER errands_job AFTER INSERT ON public.errands FOR EACH ROW EXECUTE FUNCTION public.add_errand_job();
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_intent_id_fkey FOREIGN KEY (intent_id) REFERENCES public.audit(id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
REVOKE USAGE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO portal;
REVOKE ALL ON FUNCTION public.add_errand_job() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.audit_append() FROM PUBLIC;
GRANT SELECT,INSERT ON TABLE public.audit TO portal;
GRANT SELECT ON TABLE public.audit_head TO portal;
GRANT SELECT ON TABLE public.errands TO portal;
GRANT INSERT(kind) ON TABLE public.errands TO portal;
GRANT INSERT(target) ON TABLE public.errands TO portal;
GRANT SELECT ON TABLE public.image_checks TO portal;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.logout_tokens TO portal;
GRANT SELECT ON TABLE public.schema_migrations TO portal;
GRANT SELECT ON TABLE public.service_history TO portal;
GRANT SELECT,USAGE ON SEQUENCE public.service_history_id_seq TO portal;
GRANT SELECT ON TABLE public.service_history_seen TO portal;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sessions TO portal;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tokens TO portal;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.users TO portal;
GRANT SELECT ON TABLE public.volume_usage TO portal;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public GRANT SELECT,USAGE ON SEQUENCES TO portal;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner IN SCHEMA public GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO portal;
