-- Keycloak's session is ended with the refresh token; nothing reads an ID token after the sign-in.
alter table sessions drop column id_token;
