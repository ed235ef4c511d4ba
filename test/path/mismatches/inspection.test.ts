import { it } from 'vitest'
import { recordedIn } from '../../recorded-text.js'
import { describeMismatches, modelOfFiles } from '../describe.js'
import { inspectionCases, inspectionConfig } from '../inspection-cases.js'
import { recordVariations, type Variation } from './variations.js'

/** What HAProxy does in these cases is asked in `test/path/inspection.e2e.test.ts`. */
const recorded = recordedIn(new URL('../recorded/inspection-cases.txt', import.meta.url))
const mosquitto = 'listener 2001 127.0.0.1\nlistener 2002 127.0.0.1\nallow_anonymous true\n'

it.each(inspectionCases.map((one) => [one.name, one] as const))('a proxy that %s', (name, one) => {
  const files = new Map([
    ['haproxy.cfg', inspectionConfig(one, 2000, 2001, 2002)],
    ['mosquitto.conf', mosquitto],
  ])
  recorded.expect(name, describeMismatches(modelOfFiles(files)) || 'nothing')
})

const valid = '{ req.payload(0,0),mqtt_is_valid }'
const name = 'req.payload(0,0),mqtt_field_value(connect,username)'
const delay = 'tcp-request inspect-delay 5s'
const some = 'tcp-request content accept if { req.len gt 0 }'
const byName = `use_backend b if { ${name} u1 }`

function frontend(rules: readonly string[], behind: readonly string[] = [], bind = ':1883'): Variation {
  const lines = (all: readonly string[]) => all.map((one) => ` ${one}\n`).join('')
  return {
    haproxy: `frontend mqtt\n bind ${bind}\n${lines(rules)} default_backend a\nbackend a\n${lines(behind)} server s 127.0.0.1:2001\nbackend b\n server s 127.0.0.1:2002\n`,
    mosquitto,
  }
}

function listen(...rules: readonly string[]): Variation {
  const lines = rules.map((one) => ` ${one}\n`).join('')
  return {
    haproxy: `listen mqtt\n bind :1883\n${lines} server s 127.0.0.1:2001\n server t 127.0.0.1:2002\n`,
    mosquitto,
  }
}

recordVariations('inspection', {
  'routes by a byte': frontend(['use_backend b if { req.payload(0,1) -m bin 10 }']),
  'routes by two payloads': frontend([
    'use_backend b if { req.payload(0,1) -m bin 10 }',
    'use_backend b if { req.payload(8,1) -m bin 04 }',
  ]),
  'routes by what HTTP says': frontend(['use_backend b if { path_beg /mqtt }']),
  'routes by a cookie of RDP': frontend(['use_backend b if { req.rdp_cookie(a) -m found }']),
  'routes by all kinds': frontend([
    `use_backend b if ${valid}`,
    'use_backend b if { req.ssl_sni a }',
    'use_backend b if { path / }',
    'use_backend b if RDP_COOKIE',
    'use_backend b if { req.len gt 3 }',
  ]),
  'routes to a backend named by a user': frontend([`use_backend %[${name}]`]),
  'routes by a source': frontend(['use_backend b if { src 10.0.0.0/8 }']),
  'routes with a delay of no length': frontend(['tcp-request inspect-delay 0', byName]),
  'routes with a delay of defaults': {
    haproxy: `defaults d\n mode tcp\n ${delay}\nfrontend mqtt from d\n bind :1883\n ${byName}\n default_backend a\nbackend a\n server s 127.0.0.1:2001\nbackend b\n server s 127.0.0.1:2002\n`,
    mosquitto,
  },
  'routes with rules of defaults': {
    haproxy: `defaults d\n mode tcp\n tcp-request content reject unless ${valid}\nfrontend mqtt from d\n bind :1883\n ${byName}\n default_backend a\nbackend a\n server s 127.0.0.1:2001\nbackend b\n server s 127.0.0.1:2002\n`,
    mosquitto,
  },
  'routes where bytes come with the connection': frontend([byName], [], ':1883 defer-accept'),
  'routes where bytes come with the connection at one bind': frontend([byName], [], ':1883 defer-accept\n bind :1885'),
  'filters, routes and takes a value': frontend([
    `tcp-request content set-var(txn.u) ${name}`,
    `tcp-request content reject if { src 10.0.0.1 } ${valid}`,
    byName,
  ]),
  'takes a value by way of another one': frontend([
    `tcp-request content set-var(txn.u) ${name}`,
    'tcp-request content set-var(txn.v) var(txn.u),lower',
    'use_backend b if { var(txn.v) u1 }',
  ]),
  'takes a value in a format': frontend([`tcp-request content set-var-fmt(txn.u) "x%[${name}]"`]),
  'tracks a value without a delay': frontend([`tcp-request content track-sc0 ${name}`]),
  'tracks a value with a delay': frontend([delay, `tcp-request content track-sc0 ${name}`, byName]),
  'captures a value without a delay': frontend([`tcp-request content capture ${name} len 20`]),
  'marks by a value': frontend([`tcp-request content set-mark ${name}`]),
  'sets another log level': frontend(['tcp-request content set-log-level silent if { req.len gt 0 }']),
  'drops what it does not know': frontend([`tcp-request content silent-drop unless ${valid}`]),

  'goes on with the first byte': frontend([delay, some, byName]),
  'goes on with the first byte, and looks at two lines more': frontend([
    delay,
    some,
    byName,
    `use_backend b if { ${name} u2 }`,
    `use_backend b if { ${name} u3 }`,
    `use_backend b if { ${name} u4 }`,
    `use_backend b if { ${name} u5 }`,
  ]),
  'goes on with five bytes': frontend([delay, 'tcp-request content accept if { req.len ge 5 }', byName]),
  'goes on with a hundred bytes': frontend([delay, 'tcp-request content accept if { req.len ge 100 }', byName]),
  'goes on with more than a hundred bytes': frontend([
    delay,
    'tcp-request content accept if { req.len ge 101 }',
    byName,
  ]),
  'goes on with the bytes that it looks at': frontend([
    delay,
    'tcp-request content accept if { req.len ge 9 }',
    'use_backend b if { req.payload(8,1) -m bin 04 }',
  ]),
  'goes on with fewer bytes than it looks at': frontend([
    delay,
    'tcp-request content accept if { req.len ge 8 }',
    'use_backend b if { req.payload(8,1) -m bin 04 }',
    'use_backend b if { req.payload(0,1) -m bin 10 }',
  ]),
  'goes on with the first byte by a longer condition': frontend([
    delay,
    'tcp-request content accept if { req.len gt 0 } or { src 10.0.0.1 }',
    byName,
  ]),
  'goes on with the first byte by a rejection': frontend([
    delay,
    'tcp-request content reject unless { req.payload(0,1) -m bin 10 }',
    byName,
  ]),
  'goes on with the first byte, by a variable': frontend([
    delay,
    some,
    `tcp-request content set-var(txn.u) ${name}`,
    'use_backend b if { var(txn.u) u1 }',
  ]),
  'goes on with the first byte, and a variable comes before': frontend([
    delay,
    `tcp-request content set-var(txn.u) ${name} if { req.len gt 0 }`,
    some,
    'use_backend b if { var(txn.u) u1 }',
  ]),
  'goes on with the first byte, and filters by more': frontend([
    delay,
    some,
    'tcp-request content reject if { req.payload(8,1) -m bin 03 }',
  ]),
  'goes on with the first byte, and the backend looks': frontend([delay, some], [`use-server s if { ${name} u1 }`]),
  'goes on with the first byte, and the backend rejects': frontend(
    [delay, some],
    [`tcp-request content reject unless ${valid}`],
  ),
  'goes on with the first byte, and the backend waits itself': frontend(
    [delay, some],
    [delay, `tcp-request content accept if ${valid}`, `use-server s if { ${name} u1 }`],
  ),
  'goes on with the first byte, and another backend looks': {
    haproxy: `frontend mqtt\n bind :1883\n ${delay}\n ${some}\n default_backend a\nbackend a\n server s 127.0.0.1:2001\nfrontend other_mqtt\n bind :1885\n ${delay}\n tcp-request content accept if ${valid}\n default_backend b\nbackend b\n balance hash ${name}\n server s 127.0.0.1:2002\n`,
    mosquitto,
  },
  'goes on with the first byte by a rule of defaults': {
    haproxy: `defaults d\n mode tcp\n ${delay}\n ${some}\nfrontend mqtt from d\n bind :1883\n ${byName}\n default_backend a\nbackend a\n server s 127.0.0.1:2001\nbackend b\n server s 127.0.0.1:2002\n`,
    mosquitto,
  },

  'a listen that chooses a server': listen(`use-server s if { ${name} u1 }`),
  'a listen that chooses a server named by a user': listen(`use-server %[${name}]`),
  'a listen that sticks': listen('stick-table type string size 1k', `stick on ${name}`),
  'a listen that only matches': listen('stick-table type string size 1k', `stick match ${name}`),
  'a listen that stores': listen('stick-table type string size 1k', `stick store-request ${name}`),
  'a listen that stores a response': listen('stick-table type string size 1k', `stick store-response ${name}`),
  'a listen that sticks under a condition': listen('stick-table type ip size 1k', `stick on src if ${valid}`),
  'a listen that sticks to a source': listen('stick-table type ip size 1k', 'stick on src'),
  'a listen that balances by a name': listen(`balance hash ${name}`),
  'a listen that balances by turns': listen('balance roundrobin'),
  'a listen that balances by a cookie of RDP': listen('balance rdp-cookie(a)'),
  'a listen that persists by a cookie of RDP': listen('persist rdp-cookie'),
  'a listen that goes on with the first byte': listen(delay, some, `balance hash ${name}`),

  'a backend looks, and the frontend waits': frontend(
    [delay, `tcp-request content accept if ${valid}`],
    [`balance hash ${name}`],
  ),
  'a backend looks, and nothing waits': frontend([], [`balance hash ${name}`]),
  'a backend rejects, and nothing waits': frontend([], [`tcp-request content reject unless ${valid}`]),
  'a backend uses a variable of the frontend': frontend(
    [`tcp-request content set-var(txn.u) ${name}`],
    ['use-server s if { var(txn.u) u1 }'],
  ),
  'a backend looks, with a frontend in mode http': {
    haproxy: `frontend mqtt\n mode http\n bind :8080\n default_backend a\nbackend a\n balance hash ${name}\n server s 127.0.0.1:2001\n`,
    mosquitto,
  },
  'a backend looks, and three frontends lead to it': {
    haproxy: `${[1, 2, 3].map((at) => `frontend mqtt${at}\n bind :190${at}\n default_backend a\n`).join('')}backend a\n balance hash ${name}\n server s 127.0.0.1:2001\n`,
    mosquitto,
  },
  'a backend looks, and one of two frontends waits': {
    haproxy: `frontend mqtt1\n bind :1901\n ${delay}\n tcp-request content accept if ${valid}\n default_backend a\nfrontend mqtt2\n bind :1902\n use_backend a if { src 10.0.0.1 }\n default_backend b\nbackend a\n balance hash ${name}\n server s 127.0.0.1:2001\nbackend b\n server s 127.0.0.1:2002\n`,
    mosquitto,
  },
  'a backend that nobody leads to': {
    haproxy: `backend mqtt\n balance hash ${name}\n server s 127.0.0.1:2001\n`,
    mosquitto,
  },
  'a frontend without a bind': {
    haproxy: `frontend mqtt\n ${byName}\n default_backend b\nbackend b\n server s 127.0.0.1:2002\n`,
    mosquitto,
  },
})
