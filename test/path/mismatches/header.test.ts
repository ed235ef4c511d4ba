import { recordVariations, type Variation } from './variations.js'

const reads = (version: number) => `listener 1884 127.0.0.1\nenable_proxy_protocol ${version}\nallow_anonymous true\n`
const listen = (server: string, bind = ':1883') =>
  `listen mqtt\n bind ${bind}\n server b 127.0.0.1:1884${server === '' ? '' : ` ${server}`}\n`

function pair(server: string, mosquitto: string, bind?: string): Variation {
  return { haproxy: listen(server, bind), mosquitto }
}

const plain = 'listener 1884 127.0.0.1\nallow_anonymous true\n'
const tls = 'certfile c\nkeyfile k\n'
const vernemq = (more: string) => ({
  'vernemq.conf': `listener.tcp.default = 127.0.0.1:1884\n${more}allow_anonymous = on\n`,
})

recordVariations('header', {
  'no header for a listener of version 1': pair('', reads(1)),
  'no header for a listener of version 2': pair('', reads(2)),
  'no header, and TLS facts are wanted': pair('', `${reads(2)}proxy_protocol_v2_require_tls true\n`),
  'no header, and a certificate is wanted': pair('', `${reads(2)}require_certificate true\n`),
  'no header, and the CN is wanted': pair('', `${reads(2)}require_certificate true\nuse_identity_as_username true\n`),
  'no header from one of two binds of a frontend': pair('', reads(2), ':1883\n bind :1885'),
  'no header from an inner hop alone': {
    haproxy: 'listen mqtt\n bind :1883\n server i 127.0.0.1:9883\n',
    inner: listen('', '127.0.0.1:9883'),
    mosquitto: reads(2),
  },

  'version 1 for a listener that reads none': pair('send-proxy', plain),
  'version 2 for a listener that reads none': pair('send-proxy-v2', plain),
  'a header for a listener with TLS': pair('send-proxy-v2', `${plain}${tls}`),
  'a header of the first hop for a listener that reads none': {
    haproxy: 'listen mqtt\n bind :1883\n server i 127.0.0.1:9883 send-proxy-v2\n',
    inner: listen('', '127.0.0.1:9883'),
    mosquitto: plain,
  },
  'a header for VerneMQ without the setting': { haproxy: listen('send-proxy-v2'), more: vernemq('') },
  'a header for VerneMQ with the setting': {
    haproxy: listen('send-proxy-v2'),
    more: vernemq('listener.tcp.default.proxy_protocol = on\n'),
  },

  'version 1 where 2 is read': pair('send-proxy', reads(2)),
  'version 2 where 1 is read': pair('send-proxy-v2', reads(1)),
  'version 1 where 2 is read, and the CN is wanted': pair(
    'send-proxy',
    `${reads(2)}require_certificate true\nuse_identity_as_username true\n`,
    ':8883 ssl crt s.pem ca-file ca.pem verify required',
  ),
  'version 2 in several words, and 1 is read': pair('send-proxy-v2 send-proxy-v2-ssl', reads(1)),
  'version 1 by default-server, and 2 is read': {
    haproxy: 'listen mqtt\n bind :1883\n default-server send-proxy\n server b 127.0.0.1:1884 # the broker\n',
    mosquitto: reads(2),
  },

  'a header with a unique id': pair('send-proxy-v2 proxy-v2-options unique-id', reads(2)),
  'a header with everything that has a bound': pair(
    'send-proxy-v2-ssl-cn proxy-v2-options crc32c,unique-id,authority,ssl-cipher,cert-sig,cert-key',
    reads(2),
    ':8883 ssl crt s.pem ca-file ca.pem verify required',
  ),
  'a header with a TLV of any length': pair('send-proxy-v2 set-proxy-v2-tlv-fmt(0xE0) %[ssl_c_der]', reads(2)),
  'a header with a short TLV': pair('send-proxy-v2 set-proxy-v2-tlv-fmt(0xE0) %[src]', reads(2)),
  'a header with TLVs that are too long together': pair(
    `send-proxy-v2 ${Array.from({ length: 4 }, (_, at) => `set-proxy-v2-tlv-fmt(0xE${at}) %[ssl_fc_sni]`).join(' ')}`,
    reads(2),
  ),
  'a long header for VerneMQ': {
    haproxy: listen('send-proxy-v2 set-proxy-v2-tlv-fmt(0xE0) %[ssl_c_der]'),
    more: vernemq('listener.tcp.default.proxy_protocol = on\n'),
  },

  'a socket, and version 1': pair('send-proxy', reads(1), '/run/h.sock'),
  'a socket, and version 2': pair('send-proxy-v2', reads(2), '/run/h.sock'),
  'a socket that reads a header itself': pair('send-proxy-v2', reads(2), '/run/h.sock accept-proxy'),
  'a socket, and no header': pair('', plain, '/run/h.sock'),
  'a socket, and VerneMQ with version 2': {
    haproxy: listen('send-proxy-v2', '/run/h.sock'),
    more: vernemq('listener.tcp.default.proxy_protocol = on\n'),
  },
  'a socket, and VerneMQ with version 1': {
    haproxy: listen('send-proxy', '/run/h.sock'),
    more: vernemq('listener.tcp.default.proxy_protocol = on\n'),
  },
  'an abstract socket behind a hop that reads no header': {
    haproxy: 'listen mqtt\n bind :1883\n server i abns@inner\n',
    inner: listen('send-proxy-v2', 'abns@inner'),
    mosquitto: reads(2),
  },
})
