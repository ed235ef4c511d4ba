import { recordVariations, type Variation } from './variations.js'

const reads = 'listener 1884 127.0.0.1\nenable_proxy_protocol 2\nallow_anonymous true\n'
const tls = `${reads}proxy_protocol_v2_require_tls true\n`
const strict = `${reads}require_certificate true\n`
const withCn = `${strict}use_identity_as_username true\n`
const mtls = 'ssl crt s.pem ca-file ca.pem verify required'

function chain(
  [bind, server]: readonly [string, string],
  [innerBind, innerServer]: readonly [string, string],
  mosquitto: string,
): Variation {
  return {
    haproxy: `listen mqtt\n bind :8883 ${bind}\n server i 127.0.0.1:9883 ${server}\n`,
    inner: `listen i\n bind 127.0.0.1:9883 ${innerBind}\n server b 127.0.0.1:1884 ${innerServer}\n`,
    mosquitto,
  }
}

recordVariations('chain', {
  'the header goes through': chain([mtls, 'send-proxy-v2-ssl-cn'], ['', ''], withCn),
  'the header is read, and the address is written again': chain(
    ['', 'send-proxy-v2'],
    ['accept-proxy', 'send-proxy-v2'],
    reads,
  ),
  'the header is read, and none is written': chain(['', 'send-proxy-v2'], ['accept-proxy', ''], reads),
  'no header, and one is wanted': chain(['', ''], ['accept-proxy', 'send-proxy-v2'], reads),
  'no header, and one is wanted of some': {
    haproxy: 'listen mqtt\n bind :1883\n server i 127.0.0.1:9883\n',
    inner:
      'listen i\n bind 127.0.0.1:9883\n tcp-request connection expect-proxy layer4 if { src 10.0.0.1 }\n server b 127.0.0.1:1884 send-proxy-v2\n',
    mosquitto: reads,
  },
  'no header, and one is wanted of all by a rule': {
    haproxy: 'listen mqtt\n bind :1883\n server i 127.0.0.1:9883\n',
    inner:
      'listen i\n bind 127.0.0.1:9883\n tcp-request connection expect-proxy layer4\n server b 127.0.0.1:1884 send-proxy-v2\n',
    mosquitto: reads,
  },
  'two headers': chain(['', 'send-proxy-v2'], ['', 'send-proxy-v2'], reads),
  'two headers of different versions': chain(['', 'send-proxy'], ['', 'send-proxy-v2'], reads),
  'two headers of one that has three': {
    haproxy: 'listen mqtt\n bind :1883\n server i 127.0.0.1:9883 send-proxy-v2\n',
    inner:
      'listen i\n bind 127.0.0.1:9883\n server j 127.0.0.1:9884 send-proxy-v2\nlisten j\n bind 127.0.0.1:9884\n server b 127.0.0.1:1884 send-proxy-v2\n',
    mosquitto: reads,
  },
  'a header before TLS that an inner bind ends': chain(
    [mtls, 'send-proxy-v2'],
    ['ssl crt i.pem', 'send-proxy-v2'],
    reads,
  ),
  'a header in mode http': {
    haproxy: 'listen mqtt\n bind :1883\n server i 127.0.0.1:9883 send-proxy-v2\n',
    inner: 'listen i\n mode http\n bind 127.0.0.1:9883\n server b 127.0.0.1:1884\n',
    mosquitto: 'listener 1884 127.0.0.1\nprotocol websockets\nallow_anonymous true\n',
  },

  'TLS facts are lost': chain([mtls, 'send-proxy-v2-ssl'], ['accept-proxy', 'send-proxy-v2-ssl'], tls),
  'a certificate is lost': chain([mtls, 'send-proxy-v2-ssl'], ['accept-proxy', 'send-proxy-v2-ssl'], strict),
  'the CN is lost': chain([mtls, 'send-proxy-v2-ssl-cn'], ['accept-proxy', 'send-proxy-v2-ssl-cn'], withCn),
  'TLS facts are lost, and the inner hop sends none': chain(
    [mtls, 'send-proxy-v2-ssl'],
    ['accept-proxy', 'send-proxy-v2'],
    strict,
  ),
  'TLS facts are not sent at all': chain([mtls, 'send-proxy-v2'], ['accept-proxy', 'send-proxy-v2-ssl'], strict),
  'no header between the hops': chain([mtls, ''], ['', 'send-proxy-v2-ssl'], strict),
  'TLS to the inner hop with a certificate': chain(
    [mtls, 'send-proxy-v2-ssl ssl verify none crt c.pem'],
    [`${mtls} accept-proxy`, 'send-proxy-v2-ssl'],
    strict,
  ),
  'nobody wants the facts that are lost': chain(
    [mtls, 'send-proxy-v2-ssl'],
    ['accept-proxy', 'send-proxy-v2-ssl'],
    reads,
  ),
  'facts are lost at the second of three hops': {
    haproxy: `listen mqtt\n bind :8883 ${mtls}\n server i 127.0.0.1:9883 send-proxy-v2-ssl\n`,
    inner:
      'listen i\n bind 127.0.0.1:9883 accept-proxy\n server j 127.0.0.1:9884 send-proxy-v2-ssl\nlisten j\n bind 127.0.0.1:9884 accept-proxy\n server b 127.0.0.1:1884 send-proxy-v2-ssl\n',
    mosquitto: strict,
  },
})
