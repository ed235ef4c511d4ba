import { recordVariations, type Variation } from './variations.js'

const mosquitto = 'listener 1884 127.0.0.1\nlistener 1885 127.0.0.1\nallow_anonymous true\n'

function pair(global: string, own: string, ...servers: readonly string[]): Variation {
  const all = servers.map((one, at) => ` server s${at} ${one}\n`).join('')
  return { haproxy: `${global === '' ? '' : `global\n${global}`}listen mqtt\n bind :1883\n${own}${all}`, mosquitto }
}

const one = '127.0.0.1:1884'
const range = `${one} source 127.0.0.1:40000-40002`

recordVariations('capacity', {
  'as many clients as ports': pair('', ' maxconn 28232\n', one),
  'one client more than ports': pair('', ' maxconn 28233\n', one),
  'no limit is written': pair('', '', one),
  'no limit is written, and three ports': pair('', '', range),
  'no limit is written, and as many ports as every HAProxy takes': pair('', '', `${one} source 127.0.0.1:40000-40449`),
  'no limit is written, and one port less': pair('', '', `${one} source 127.0.0.1:40000-40448`),
  'the limit of all': pair(' maxconn 100000\n', '', one),
  'the limit of all, with HTTP beside it': {
    haproxy: `global\n maxconn 100000\nlisten web\n mode http\n bind :80\n server w 10.0.0.1:80\nlisten mqtt\n bind :1883\n server s ${one}\n`,
    mosquitto,
  },
  'the own limit, with HTTP beside it': {
    haproxy: `global\n maxconn 100000\nlisten web\n mode http\n bind :80\n server w 10.0.0.1:80\nlisten mqtt\n bind :1883\n maxconn 50000\n server s ${one}\n`,
    mosquitto,
  },
  'several servers': pair('', ' maxconn 100000\n', one, '127.0.0.1:1885', '127.0.0.1:1884 backup'),
  'five servers': pair('', ' maxconn 200000\n', ...[1, 2, 3, 4, 5].map((at) => `10.0.0.${at}:1884`)),
  'a server twice': pair('', ' maxconn 100000\n', one, one),
  'a source with a range, and one without': pair('', ' maxconn 100000\n', range, '127.0.0.1:1885'),
  'what is no MQTT': {
    haproxy: 'listen db\n bind :5432\n maxconn 100000\n server s 10.0.0.1:5432\n',
    mosquitto,
  },
  'the limits of both binds': {
    haproxy: `listen mqtt\n bind :1883 maxconn 20000\n bind :1885 maxconn 20000\n server s ${one}\n`,
    mosquitto,
  },

  'descriptors just enough': pair(' maxconn 1000\n fd-hard-limit 2014\n', '', one),
  'one descriptor less': pair(' maxconn 1000\n fd-hard-limit 2013\n', '', one),
  'one descriptor less by ulimit-n': pair(' maxconn 1000\n ulimit-n 2013\n', '', one),
  'both limits, and the hard one is too low': pair(' maxconn 1000\n fd-hard-limit 2000\n ulimit-n 1000\n', '', one),
  'both limits, and the other one is too low': pair(' maxconn 1000\n fd-hard-limit 5000\n ulimit-n 1000\n', '', one),
  'far too few descriptors': pair(' maxconn 1000\n fd-hard-limit 10\n', '', one),
  'descriptors of a HAProxy without MQTT': {
    haproxy: 'global\n maxconn 1000\n fd-hard-limit 10\nlisten db\n bind :5432\n server s 10.0.0.1:5432\n',
    mosquitto,
  },
  'descriptors without maxconn': pair(' fd-hard-limit 10\n', '', one),
})
