import { recordVariations, type Variation } from './variations.js'

const crt = 'ssl crt s.pem'
const ca = `${crt} ca-file ca.pem`
const reads = 'listener 1884 127.0.0.1\nenable_proxy_protocol 2\n'
const anonymous = 'allow_anonymous true\n'
const strict = `${reads}require_certificate true\n${anonymous}`
const withCn = `${reads}require_certificate true\nuse_identity_as_username true\n${anonymous}`

function pair(bind: string, server: string, mosquitto: string, rules = ''): Variation {
  return { haproxy: `listen mqtt\n bind :8883 ${bind}\n${rules} server b 127.0.0.1:1884 ${server}\n`, mosquitto }
}

const vernemq = {
  'vernemq.conf':
    'listener.tcp.default = 127.0.0.1:1884\nlistener.tcp.default.proxy_protocol = on\nallow_anonymous = on\n',
}

recordVariations('tls-facts', {
  'a certificate is wanted, and no facts are sent': pair(`${ca} verify required`, 'send-proxy-v2', strict),
  'TLS is wanted, and no facts are sent': pair(
    `${ca} verify required`,
    'send-proxy-v2',
    `${reads}proxy_protocol_v2_require_tls true\n${anonymous}`,
  ),
  'the CN is wanted, and no facts are sent': pair(`${ca} verify required`, 'send-proxy-v2', withCn),
  'the facts are sent': pair(`${ca} verify required`, 'send-proxy-v2-ssl', strict),
  'the CN is wanted, and the facts alone are sent': pair(`${ca} verify required`, 'send-proxy-v2-ssl', withCn),
  'the CN is wanted and sent': pair(`${ca} verify required`, 'send-proxy-v2-ssl-cn', withCn),
  'the CN is wanted without a certificate': pair(
    `${ca} verify required`,
    'send-proxy-v2-ssl',
    `${reads}use_identity_as_username true\n${anonymous}`,
  ),
  'facts are sent by an option': pair(`${ca} verify required`, 'send-proxy-v2 proxy-v2-options ssl', strict),
  'the CN is sent by an option': pair(`${ca} verify required`, 'send-proxy-v2 proxy-v2-options ssl,cert-cn', withCn),

  'no bind asks for a certificate': pair(crt, 'send-proxy-v2-ssl', strict),
  'a bind knows the CA, and asks nobody': pair(ca, 'send-proxy-v2-ssl', strict),
  'a bind takes back what it asks': pair(`${ca} verify none`, 'send-proxy-v2-ssl', strict),
  'a bind without TLS': pair('', 'send-proxy-v2-ssl', strict),
  'one bind of two asks': pair(`${ca} verify required\n bind :1883`, 'send-proxy-v2-ssl', strict),
  'a list of certificates says more': pair('ssl crt-list l.txt', 'send-proxy-v2-ssl', strict),
  'a list of certificates beside verify none': pair('ssl crt-list l.txt verify none', 'send-proxy-v2-ssl', strict),
  'verify is a variable': pair(`${ca} verify "$V"`, 'send-proxy-v2-ssl', strict),
  'the bind is a file descriptor': {
    haproxy: 'listen mqtt\n bind fd@3\n server b 127.0.0.1:1884 send-proxy-v2-ssl\n',
    mosquitto: strict,
  },

  'a certificate is optional, and nobody wants one': pair(
    `${ca} verify optional`,
    'send-proxy-v2-ssl',
    `${reads}${anonymous}`,
  ),
  'a certificate is optional, and the broker wants one': pair(`${ca} verify optional`, 'send-proxy-v2-ssl', strict),
  'a certificate is optional, and there are passwords': pair(
    `${ca} verify optional`,
    'send-proxy-v2-ssl',
    `${reads}password_file /p\n`,
  ),
  'a certificate is optional, and a rule asks for it': pair(
    `${ca} verify optional`,
    'send-proxy-v2-ssl',
    `${reads}${anonymous}`,
    ' tcp-request connection reject unless { ssl_c_used }\n',
  ),
  'a certificate is optional, and a rule asks whether there is one': pair(
    `${ca} verify optional`,
    'send-proxy-v2-ssl',
    `${reads}${anonymous}`,
    ' tcp-request content reject unless { ssl_fc_has_crt }\n',
  ),
  'a certificate is optional, and a rule asks something else': pair(
    `${ca} verify optional`,
    'send-proxy-v2-ssl',
    `${reads}${anonymous}`,
    ' tcp-request connection reject if { src 10.0.0.1 }\n',
  ),
  'a certificate is optional by default of the listener': pair(
    `${ca} verify optional`,
    'send-proxy-v2-ssl',
    'listener 1884 127.0.0.1\nenable_proxy_protocol 2\nlistener_allow_anonymous true\n',
  ),

  'TLS is wanted, and one bind is plain': pair(
    `${crt}\n bind :1883`,
    'send-proxy-v2-ssl',
    `${reads}proxy_protocol_v2_require_tls true\n${anonymous}`,
  ),
  'TLS and a certificate are wanted, and one bind is plain': pair(
    `${ca} verify required\n bind :1883`,
    'send-proxy-v2-ssl',
    `${reads}proxy_protocol_v2_require_tls true\nrequire_certificate true\n${anonymous}`,
  ),
  'TLS is wanted, and TLS ends at the first of two hops': {
    haproxy: `listen mqtt\n bind :8883 ${crt}\n server i 127.0.0.1:9883\n`,
    inner: 'listen i\n bind 127.0.0.1:9883\n server b 127.0.0.1:1884 send-proxy-v2-ssl\n',
    mosquitto: `${reads}proxy_protocol_v2_require_tls true\n${anonymous}`,
  },

  'certificates of any CA, and the CN is a login': {
    haproxy: `listen mqtt\n bind :8883 ${ca} verify required ca-ignore-err all crt-ignore-err all\n server b 127.0.0.1:1884 send-proxy-v2-ssl-cn\n`,
    more: vernemq,
  },
  'certificates of any CA, and the CN is not sent': {
    haproxy: `listen mqtt\n bind :8883 ${ca} verify required ca-ignore-err all\n server b 127.0.0.1:1884 send-proxy-v2-ssl\n`,
    more: vernemq,
  },
  'certificates of a CA, and the CN is a login': {
    haproxy: `listen mqtt\n bind :8883 ${ca} verify required\n server b 127.0.0.1:1884 send-proxy-v2-ssl-cn\n`,
    more: vernemq,
  },
  'certificates of any CA, and the CN is a login of Mosquitto': pair(
    `${ca} verify required crt-ignore-err all`,
    'send-proxy-v2-ssl-cn',
    withCn,
  ),

  'RabbitMQ with logins by certificate': {
    haproxy: `listen mqtt\n bind :8883 ${ca} verify required\n server b 127.0.0.1:1884 send-proxy-v2-ssl-cn\n`,
    more: {
      'rabbitmq.conf':
        'mqtt.listeners.tcp.1 = 127.0.0.1:1884\nmqtt.proxy_protocol = true\nmqtt.ssl_cert_login = true\nmqtt.allow_anonymous = true\n',
    },
  },
  'RabbitMQ with logins by certificate, and plain clients': {
    haproxy: 'listen mqtt\n bind :1883\n server b 127.0.0.1:1884 send-proxy-v2\n',
    more: {
      'rabbitmq.conf':
        'mqtt.listeners.tcp.1 = 127.0.0.1:1884\nmqtt.proxy_protocol = true\nmqtt.ssl_cert_login = true\nmqtt.allow_anonymous = true\n',
    },
  },
  'RabbitMQ with logins by certificate and TLS of its own': {
    haproxy: 'listen mqtt\n bind :8883\n server b 127.0.0.1:8884\n',
    more: {
      'rabbitmq.conf':
        'mqtt.listeners.ssl.1 = 127.0.0.1:8884\nmqtt.ssl_cert_login = true\nssl_options.verify = verify_peer\nssl_options.fail_if_no_peer_cert = true\n',
    },
  },
})
