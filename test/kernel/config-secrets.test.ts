import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { withoutSecrets } from '../../src/kernel/config-secrets.js'

describe('withoutSecrets', () => {
  it.each([
    ['    user alice password $5$rounds=5000$abc groups ops', '    user alice password *** groups ops'],
    ['    user bob insecure-password hunter2', '    user bob insecure-password ***'],
    ['    stats auth admin:hunter2', '    stats auth admin:***'],
    ['    http-check send hdr Authorization "Basic YWRtaW46eA=="', '    http-check send hdr Authorization "Basic ***"'],
    ['    setenv DB_PASSWORD "hunter 2"', '    setenv DB_PASSWORD ***'],
    ['remote_password hunter2', 'remote_password ***'],
    ['bridge_psk 0123abcd', 'bridge_psk ***'],
    ['plugin_opt_pg_password hunter2 ', 'plugin_opt_pg_password *** '],
    ['auth_opt_jwt_secret s3cr3t', 'auth_opt_jwt_secret ***'],
    ['vmq_diversity.postgres.password = hunter2', 'vmq_diversity.postgres.password = ***'],
    ['distributed_cookie = vmq', 'distributed_cookie = ***'],
    ['default_pass = hunter2', 'default_pass = ***'],
    ['auth_ldap.other_bind.password=hunter2', 'auth_ldap.other_bind.password=***'],
    ['ssl_options.password = a # the key', 'ssl_options.password = *** # the key'],
    ['auth_http.url = http://me:hunter2@auth.example/x', 'auth_http.url = http://me:***@auth.example/x'],
    ['aws.access_key = AKIA', 'aws.access_key = ***'],
    ['-----BEGIN EC PRIVATE KEY-----\nMIIE\n-----END EC PRIVATE KEY-----\nnext', '***\nnext'],
  ])('hides what is secret in %j', (line, shown) => expect(withoutSecrets(line)).toBe(shown))

  it.each([
    'password_file /etc/mosquitto/passwd',
    'psk_file /etc/mosquitto/psk',
    'psk_hint hint',
    'vmq_passwd.password_file = ./etc/vmq.passwd',
    '    cookie SRV insert indirect nocache',
    '    server one 127.0.0.1:1884 check cookie one',
    '    bind :8883 ssl crt /etc/haproxy/certs/key.pem',
    'keyfile /etc/mosquitto/key.pem',
    'allow_anonymous false',
    'anonymous_login_pass = guest',
    'auth_plugin /usr/lib/auth.so',
    '    http-request set-header X-Token-Name %[var(txn.name)]',
  ])('leaves %j as it is', (line) => expect(withoutSecrets(line)).toBe(line))

  it('takes no longer for a file that is made to take long', () => {
    const lines = [
      `a${' password'.repeat(50_000)}`,
      'x'.repeat(500_000),
      `${'a:'.repeat(250_000)}//`,
      ' "'.repeat(200_000),
    ]
    const began = performance.now()
    for (const line of lines) withoutSecrets(line)
    expect(performance.now() - began).toBeLessThan(5000)
  })

  it('changes nothing but the cookies to choose in the files of the scenarios', () => {
    const folder = join(import.meta.dirname, '../../haproxy-configs')
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.(cfg|conf)$/.test(name),
    )
    expect(files.length).toBeGreaterThan(10)
    for (const name of files) {
      const text = readFileSync(join(folder, name), 'utf8')
      expect([name, withoutSecrets(text)]).toEqual([name, text.replaceAll('change-me', '***')])
    }
  })
})
