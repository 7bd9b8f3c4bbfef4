import { describe, expect, it } from "vitest";
import { maskAddresses, maskArguments, maskText } from "./mask.ts";

describe("in a text", () => {
  it.each([
    ["--password=hunter2", "--password=•••"],
    ["--db-password hunter2 --verbose", "--db-password ••• --verbose"],
    ["-e API_KEY=abc", "-e API_KEY=•••"],
    ["--web.token=abc=def", "--web.token=•••"],
    ["run --token=abc --port=80", "run --token=••• --port=80"],
    ['sh -c "run --password hunter2"', 'sh -c "run --password •••"'],
    ["FOO=1 DB_PASSWORD=hunter2 app", "FOO=1 DB_PASSWORD=••• app"],
    ["DB_PASSWORD='hunter 2' app", "DB_PASSWORD='•••' app"],
    ['app --password "hunter 2" x', 'app --password "•••" x'],
    ['app --password "hunter 2', 'app --password "•••"'],
    ["echo token=hunter2; ls", "echo token=•••; ls"],
    ["(password: a;b), and more", "(password: •••), and more"],
    ["dbPassword: hunter2", "dbPassword: •••"],
    ["user=a, password = b", "user=a, password = •••"],
    ['{"password":"abc","user":"x"}', '{"password":"•••","user":"x"}'],
    ['{\\"password\\":\\"abc\\",\\"user\\":\\"x\\"}', '{\\"password\\":\\"•••\\",\\"user\\":\\"x\\"}'],
    ["DefaultEndpointsProtocol=https;AccountKey=abc+/==", "DefaultEndpointsProtocol=https;AccountKey=•••"],
    // Addresses
    ["postgres://portal:hunter2@db/portal", "postgres://portal:•••@db/portal"],
    ["everything in postgres://u:lab3lpw@h/x, for good", "everything in postgres://u:•••@h/x, for good"],
    ["redis://:hunter2@cache:6379/0", "redis://:•••@cache:6379/0"],
    ["amqp://u:p@ss@h/x", "amqp://u:•••@h/x"],
    ["amqp://u:pa/ss@h/x", "amqp://u:•••@h/x"],
    ["https://ghp_0123456789abcdef@github.com/a", "https://•••@github.com/a"],
    ["root:hunter2@tcp(db:3306)/app", "root:•••@tcp(db:3306)/app"],
    ["https://a/?x=1&access_token=abc&y=2", "https://a/?x=1&access_token=•••&y=2"],
    ["https://a/b?token=abc", "https://a/b?token=•••"],
    ["https://a/b?sv=1&sig=a%2Bb&se=2", "https://a/b?sv=1&sig=•••&se=2"],
    ["jdbc:postgresql://h/db?user=x&password=y", "jdbc:postgresql://h/db?user=x&password=•••"],
    ["https://s3/b?X-Amz-Signature=abc&X-Amz-Date=1", "https://s3/b?X-Amz-Signature=•••&X-Amz-Date=1"],
    // Headers
    ["Authorization: Bearer secret8", "Authorization: Bearer •••"],
    ["curl -H 'Authorization: Basic dTpw' http://a", "curl -H 'Authorization: Basic •••' http://a"],
    ["authorization: abc", "authorization: •••"],
    ['-H "X-Api-Key: abc"', '-H "X-Api-Key: •••"'],
    ["X-Auth-Token:abc", "X-Auth-Token:•••"],
    ["sent Bearer abcdef to it", "sent Bearer ••• to it"],
    ["Basic dXNlcjpwYXNz", "Basic •••"],
    // Short options of known programs
    ["mysql -phunter2 app", "mysql -p••• app"],
    ["exec mysqldump -u root -phunter2 app", "exec mysqldump -u root -p••• app"],
    ["curl -u user:hunter2 http://a", "curl -u user:••• http://a"],
    ["curl -fsS 'http://a/?a=1&b=2' -u 'user:hunter 2'", "curl -fsS 'http://a/?a=1&b=2' -u 'user:•••'"],
    ["curl --user=user:hunter2 http://a", "curl --user=user:••• http://a"],
    ["/usr/bin/redis-cli -a secret ping", "/usr/bin/redis-cli -a ••• ping"],
    ["sshpass -phunter2 ssh h -p 22", "sshpass -p••• ssh h -p •••"],
    ["true && sshpass -p hunter2 ssh h", "true && sshpass -p ••• ssh h"],
    ["mosquitto_pub -u a -P hunter2 -t x", "mosquitto_pub -u a -P ••• -t x"],
  ])("%s reads %s", (given, shown) => {
    expect(maskText(given)).toBe(shown);
    // What is masked stays as it is.
    expect(maskText(shown)).toBe(shown);
  });

  it.each([
    "--s3.config=/run/secrets/s3.json",
    "--password-file /run/secrets/db",
    "POSTGRES_PASSWORD_FILE=secrets/db",
    "PASSWORD_FILE=/run/secrets/db",
    "--password=/run/secrets/db",
    'PGPASSWORD="$(cat /run/secrets/db)" pg_isready',
    "redis-cli -a $REDIS_PASSWORD ping",
    `--password \${DB_PASSWORD}`,
    "--password --verbose",
    "--auth=none --require-token=true",
    "--token-ttl=30d --auth-type basic",
    "--storage.tsdb.retention.time=30d",
    "postgres -c config_file=/etc/a.conf",
    "--bypass=everything --compass north",
    "--sort-key=name --key-file=/etc/tls/key.pem",
    "http://auth:8080/health",
    "http://keycloak:8080/realms/a@b",
    "ssh://git@github.com/a/b",
    "postgres://portal@db/portal",
    "my/token:1.2 and auth:8080",
    "https://a/?page=2&monkey=x&keyword=y",
    "mkdir -p /data && chown -R 1000 /data; ps -p 1",
    "mysql -p app",
    "curl -fsS http://127.0.0.1:3000/healthz",
    "Basic settings of the bearer of news",
    "messages with QoS 0 are lost, and so are those for clients without a persistent session",
    "nobody can sign in or give a one-time code",
    "keycloak:service_healthy:false,postgres:service_healthy:true",
    "traefik@sha256:0123456789abcdef",
    "user@example.org",
    "",
  ])("%s stays", (harmless) => {
    expect(maskText(harmless)).toBe(harmless);
  });
});

describe("in arguments", () => {
  it.each([
    [
      ["app", "--password", "hunter 2", "x"],
      ["app", "--password", "•••", "x"],
    ],
    [
      ["app", "--password=a b", "x"],
      ["app", "--password=•••", "x"],
    ],
    [
      ["env", "DB_PASSWORD=a&b c", "app"],
      ["env", "DB_PASSWORD=•••", "app"],
    ],
    [
      ["curl", "-H", "X-Api-Key: abc def"],
      ["curl", "-H", "X-Api-Key: •••"],
    ],
    [
      ["curl", "-H", "Authorization: Bearer secret8"],
      ["curl", "-H", "Authorization: Bearer •••"],
    ],
    [
      ["sh", "-c", "run --password hunter2"],
      ["sh", "-c", "run --password •••"],
    ],
    [
      ["sh", "-ec", "DB_PASSWORD=hunter2 exec app -v"],
      ["sh", "-ec", "DB_PASSWORD=••• exec app -v"],
    ],
    [
      ["CMD-SHELL", "PASSWORD=hunter2 app -v"],
      ["CMD-SHELL", "PASSWORD=••• app -v"],
    ],
    [
      ["mysql", "-u", "root", "-phunter2"],
      ["mysql", "-u", "root", "-p•••"],
    ],
    [
      ["tini", "--", "curl", "-u", "user:hunter2"],
      ["tini", "--", "curl", "-u", "user:•••"],
    ],
    [
      ["curl", "-uuser:hunter2"],
      ["curl", "-uuser:•••"],
    ],
    [
      ["CMD", "/usr/bin/redis-cli", "-a", "secret", "ping"],
      ["CMD", "/usr/bin/redis-cli", "-a", "•••", "ping"],
    ],
    [
      ["sshpass", "-p", "-dash", "ssh"],
      ["sshpass", "-p", "•••", "ssh"],
    ],
    [
      ["app", "--url", "postgres://u:p@h/x"],
      ["app", "--url", "postgres://u:•••@h/x"],
    ],
  ])("%j reads %j", (given, shown) => {
    expect(maskArguments(given)).toEqual(shown);
  });

  it.each([
    [["--password-file", "/run/secrets/x"]],
    [["--password", "/run/secrets/x"]],
    [["--password", "--verbose"]],
    [["postgres", "-c", "config_file=/etc/a.conf"]],
    [["mosquitto", "-p", "1883"]],
    [["CMD", "curl", "-f", "http://localhost:9090/-/ready"]],
    [["/bin/sh", "-c", "test -f /run/secrets/token && exec app"]],
  ])("%j stay", (harmless) => {
    expect(maskArguments(harmless)).toEqual(harmless);
  });
});

it("takes from an image's name nothing but an address's password", () => {
  expect(maskAddresses("https://u:p@registry/a:1")).toBe("https://u:•••@registry/a:1");
  for (const name of ["auth:1.0", "registry:5000/secret:v1@sha256:00"]) expect(maskAddresses(name)).toBe(name);
});

it("is done with a long hostile text", () => {
  for (const part of [
    "a:",
    "password=",
    "curl 'x",
    "://a:",
    '\\"',
    "-p a",
    "a@",
    "basic aA",
    "a",
    "a ",
    "--a ",
    "--token ",
    "\\u00e9",
    "-",
  ]) {
    expect(maskText(part.repeat(4_000))).toBeTypeOf("string");
  }
});
