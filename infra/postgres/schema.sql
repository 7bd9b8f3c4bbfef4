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
    CONSTRAINT audit_actor_kind_check CHECK ((actor_kind = ANY (ARRAY['person'::text, 'host'::text, 'worker'::text]))),
    CONSTRAINT audit_outcome_check CHECK ((outcome = ANY (ARRAY['intent'::text, 'done'::text, 'failed'::text, 'refused'::text])))
);
ALTER TABLE public.audit ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.schema_migrations (
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
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
    id_token bytea,
    refresh_token bytea,
    ip inet,
    user_agent text,
    CONSTRAINT sessions_id_sha256_check CHECK ((octet_length(id_sha256) = 32))
);
CREATE TABLE public.users (
    id text NOT NULL,
    name text NOT NULL,
    display_name text NOT NULL,
    email text,
    role text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT users_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'operator'::text, 'admin'::text])))
);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id_sha256);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_public_id_key UNIQUE (public_id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
CREATE INDEX audit_at ON public.audit USING btree (at DESC);
CREATE INDEX sessions_keycloak_session ON public.sessions USING btree (keycloak_session);
CREATE INDEX sessions_user_id ON public.sessions USING btree (user_id);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT audit_intent_id_fkey FOREIGN KEY (intent_id) REFERENCES public.audit(id);
ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE;
