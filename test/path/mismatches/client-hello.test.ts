import { recordVariations, type Variation } from './variations.js'

const mosquitto = 'listener 1884 127.0.0.1\nallow_anonymous true\n'
const tls = ':8883 ssl crt s.pem'
const wait = ' tcp-request inspect-delay 5s\n tcp-request content accept if { req.ssl_hello_type 1 }\n'

function frontend(rules: string, bind = tls): Variation {
  return {
    haproxy: `frontend mqtt\n bind ${bind}\n${rules} default_backend b\nbackend b\n server s 127.0.0.1:1884\nbackend c\n server s 127.0.0.1:1884\n`,
    mosquitto,
  }
}

recordVariations('client-hello', {
  'routes by a name that is never there': frontend(`${wait} use_backend c if { req.ssl_sni c.example }\n`),
  'routes by a name, in an older spelling': frontend(`${wait} use_backend c if { req_ssl_sni c.example }\n`),
  'routes by a protocol': frontend(`${wait} use_backend c if { req.ssl_alpn mqtt }\n`),
  'routes by a flag and a name': frontend(`${wait} use_backend c if { req.ssl_sni -i c.example }\n`),
  'routes by two names': frontend(`${wait} use_backend c if { req.ssl_sni c } or { req.ssl_sni d }\n`),
  'routes by a name and a version': frontend(`${wait} use_backend c if { req.ssl_sni c } { req.ssl_ver 3.3 }\n`),
  'routes by a name in quotes': frontend(`${wait} use_backend c if { "req.ssl_sni" c.example }\n`),
  'has a backend named after the server name': frontend(`${wait} use_backend %[req.ssl_sni]\n`),
  'rejects what is no ClientHello': frontend(
    ' tcp-request inspect-delay 5s\n tcp-request content reject unless { req.ssl_hello_type 1 }\n',
  ),
  'uses an ACL': frontend(` acl c req.ssl_sni c.example\n${wait} use_backend c if c\n`),
  'uses the negation of an ACL': frontend(` acl c req.ssl_sni c.example\n${wait} use_backend c if !c\n`),
  'has an ACL that nothing uses': frontend(` acl c req.ssl_sni c.example\n${wait}`),
  'only waits': frontend(wait),
  'reads what HAProxy has ended': frontend(' use_backend c if { ssl_fc_sni c.example }\n'),
  'names another thing alike': frontend(' use_backend c if { var(txn.ssl_x) -m str a }\n'),
  'passes TLS through': frontend(`${wait} use_backend c if { req.ssl_sni c.example }\n`, ':8883'),
  'ends TLS at one bind of two': frontend(
    `${wait} use_backend c if { req.ssl_sni c.example }\n`,
    `${tls}\n bind :8884`,
  ),
  'ends TLS at one bind of two, and asks for no name': frontend(
    ' tcp-request inspect-delay 5s\n tcp-request content reject unless { req.ssl_hello_type 1 }\n',
    `${tls}\n bind :8884`,
  ),
  'is disabled': frontend(` disabled\n${wait} use_backend c if { req.ssl_sni c.example }\n`),
  'speaks HTTP': frontend(` mode http\n use_backend c if { req.ssl_sni c.example }\n`),
  'chooses a server': {
    haproxy: `listen mqtt\n bind ${tls}\n${wait} use-server s if { req.ssl_sni c.example }\n server s 127.0.0.1:1884\n`,
    mosquitto,
  },
  'sticks to a server': {
    haproxy: `listen mqtt\n bind ${tls}\n${wait} stick-table type string size 1k\n stick on req.ssl_sni\n server s 127.0.0.1:1884\n`,
    mosquitto,
  },
  'keeps it in a variable': frontend(
    ' tcp-request inspect-delay 5s\n tcp-request content set-var(txn.n) req.ssl_sni\n',
  ),
  'writes it to the log': frontend(' log-format %[req.ssl_sni]\n'),
  'is no MQTT': {
    haproxy: `frontend web\n bind :443 ssl crt s.pem\n${wait} use_backend c if { req.ssl_sni c.example }\n default_backend c\nbackend c\n server s 10.0.0.1:80\n`,
    mosquitto,
  },
})
