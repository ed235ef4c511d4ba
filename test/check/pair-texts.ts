import { defaults } from './pairs.js'

/** A HAProxy file, the broker's file, and a second HAProxy in front of which the first one stands. */
export interface PairText {
  readonly haproxy: string
  readonly broker: string
}

const at = 'listener 1884 127.0.0.1\n'
const open = `${at}allow_anonymous true\n`
const v1 = `${open}enable_proxy_protocol 1\n`
const v2 = `${open}enable_proxy_protocol 2\n`
const withTls = `${v2}proxy_protocol_v2_require_tls true\n`
const certified = `${v2}require_certificate true\n`
const named = `${certified}use_identity_as_username true\n`
const vernemq = 'listener.tcp.a = 127.0.0.1:1884\nlistener.tcp.a.proxy_protocol = on\nallow_anonymous = on\n'
const rabbitmq = 'mqtt.listeners.tcp.1 = 127.0.0.1:1884\nmqtt.proxy_protocol = true\n'
const two = `allow_anonymous true\nlistener 1884 127.0.0.1\nlistener 1885 127.0.0.1\n`

const tls = '*:8883 ssl crt /c/'
const mutual = `${tls} verify required ca-file /ca`
const optional = `${tls} verify optional ca-file /ca`

function listen(words = '', bind = '*:1883', more = ''): string {
  return `${defaults}listen m\n    bind ${bind}\n${more}    server s 127.0.0.1:1884 ${words}\n`
}

function routed(rules: string, bind = '*:1883', beside = ''): string {
  return `${defaults}frontend f\n    bind ${bind}\n    tcp-request inspect-delay 5s\n    tcp-request content accept if { req.payload(0,0),mqtt_is_valid } || { req.ssl_hello_type 1 }\n${rules}    default_backend first\nbackend first\n    server s 127.0.0.1:1884\nbackend second\n    server s 127.0.0.1:1885\n${beside}`
}

function chain(edge: string, inner: string, last: string): string {
  return `${defaults}listen edge\n    bind *:1883\n    server inner 127.0.0.1:1993 ${edge}\nlisten inner\n    bind 127.0.0.1:1993 ${inner}\n    server s 127.0.0.1:1884 ${last}\n`
}

const field = (name: string) => `req.payload(0,0),mqtt_field_value(connect,${name})`
const pair = (haproxy: string, broker: string): PairText => ({ haproxy, broker })

const sound: Readonly<Record<string, PairText>> = {
  'no header': pair(listen(), open),
  'version 1': pair(listen('send-proxy'), v1),
  'version 2': pair(listen('send-proxy-v2'), v2),
  'TLS at HAProxy, no header': pair(listen('', tls), open),
  'TLS at HAProxy, version 2': pair(listen('send-proxy-v2', tls), v2),
  'TLS facts': pair(listen('send-proxy-v2-ssl', tls), withTls),
  'a certificate': pair(listen('send-proxy-v2-ssl', mutual), certified),
  'the CN as username': pair(listen('send-proxy-v2-ssl-cn', mutual), named),
  'the CN sent to a listener that does not ask': pair(listen('send-proxy-v2-ssl-cn', mutual), certified),
  'the CN sent to VerneMQ': pair(listen('send-proxy-v2-ssl-cn', mutual), vernemq),
  'an optional certificate, and no listener that wants one': pair(listen('send-proxy-v2-ssl', optional), withTls),
  'VerneMQ with version 1': pair(listen('send-proxy'), vernemq),
  RabbitMQ: pair(listen('send-proxy-v2'), rabbitmq),
  'TLS passed through to the broker': pair(listen(), `${open}certfile /b.crt\nkeyfile /b.key\n`),
  'TLS to the broker as well': pair(listen('ssl verify none', tls), `${open}certfile /b.crt\nkeyfile /b.key\n`),
  WebSocket: pair(listen('', '*:9001'), `${open}protocol websockets\n`),
  'WebSocket over TLS': pair(listen('send-proxy-v2', tls), `${v2}protocol websockets\n`),
  'a header of a load balancer in front': pair(listen('send-proxy-v2', '*:1883 accept-proxy'), v2),
  'a header of a load balancer, lost': pair(listen('', '*:1883 accept-proxy'), open),
  'a relay that passes the header on': pair(chain('send-proxy-v2', '', ''), v2),
  'two hops that each write their own': pair(chain('send-proxy-v2', 'accept-proxy', 'send-proxy-v2'), v2),
  'two hops, the first without a header': pair(chain('', '', 'send-proxy-v2'), v2),
}

const broken: Readonly<Record<string, PairText>> = {
  'a header that is not read': pair(listen('send-proxy-v2'), open),
  'a header that is not sent': pair(listen(), v2),
  'version 1 to version 2': pair(listen('send-proxy'), v2),
  'version 2 to version 1': pair(listen('send-proxy-v2'), v1),
  'TLS facts that are not sent': pair(listen('send-proxy-v2', tls), withTls),
  'TLS facts from a bind without TLS': pair(listen('send-proxy-v2-ssl'), withTls),
  'a certificate that nobody is asked for': pair(listen('send-proxy-v2-ssl', tls), certified),
  'a certificate that is asked for by the way': pair(listen('send-proxy-v2-ssl', optional), certified),
  'the CN that is not sent': pair(listen('send-proxy-v2-ssl', mutual), named),
  'the CN of a certificate nobody asks for': pair(listen('send-proxy-v2-ssl-cn', tls), named),
  'mode http': pair(listen('').replace('mode tcp', 'mode http'), open),
  'a wrong port': pair(listen().replace('1884', '1999'), open),
  'a host that no file describes': pair(
    listen().replace('127.0.0.1:1884', '10.0.0.9:1884'),
    `listener 1884 10.0.0.5\n`,
  ),
  'a server that is disabled': pair(listen('disabled'), open),
  'a loop': pair(listen().replace('1884', '1883'), open),
  'no server at all': pair(`${defaults}frontend f\n    bind *:1883\n    default_backend b\nbackend b\n`, open),
  'no backend at all': pair(`${defaults}frontend f\n    bind *:1883 ssl crt /c/ verify required ca-file /ca\n`, open),
  'a rule that looks before the bytes are there': pair(
    listen('', '*:1883', '    tcp-request content reject unless { req.payload(0,0),mqtt_is_valid }\n'),
    open,
  ),
  'a password nobody has': pair(listen(), `${at}allow_anonymous false\n`),
  'a password': pair(listen(), `${at}password_file /etc/p\n`),
  'a listener that two ways reach, one with a header': pair(
    `${listen()}listen other\n    bind *:1999\n    server s 127.0.0.1:1884 send-proxy-v2\n`,
    open,
  ),
  'a short time-out': pair(listen().replaceAll('2h', '500ms'), open),
}

const routes: Readonly<Record<string, PairText>> = {
  'by username': pair(routed(`    use_backend second if { ${field('username')} u1 u2 }\n`), two),
  'by username, whatever its case': pair(
    routed(`    use_backend second if { ${field('username')} -i -m str U1 }\n`),
    two,
  ),
  'by client id': pair(routed(`    use_backend second if { ${field('client_identifier')} -m beg dev- }\n`), two),
  'by the end of a client id': pair(
    routed(`    use_backend second if { ${field('client_identifier')} -m end x }\n`),
    two,
  ),
  'by a part of a client id': pair(
    routed(`    use_backend second if { ${field('client_identifier')} -m sub zz }\n`),
    two,
  ),
  'by a part that ours has': pair(
    routed(`    use_backend second if { ${field('client_identifier')} -m sub check }\n`),
    two,
  ),
  'by version 5': pair(routed(`    use_backend second if { ${field('protocol_version')} 5 }\n`), two),
  'by version 4': pair(routed(`    use_backend second if { ${field('protocol_version')} -m int 4 }\n`), two),
  'by version 3': pair(routed(`    use_backend second if { ${field('protocol_version')} 3 }\n`), two),
  'by any username': pair(routed(`    use_backend second if { ${field('username')} -m found }\n`), two),
  'by no username': pair(routed(`    use_backend second unless { ${field('username')} -m found }\n`), two),
  'by two facts': pair(
    routed(`    use_backend second if { ${field('username')} u } { ${field('client_identifier')} -m end x }\n`),
    two,
  ),
  'by one of two': pair(
    routed(`    use_backend second if { ${field('username')} u } or { ${field('client_identifier')} c }\n`),
    two,
  ),
  'by a name and not another': pair(
    routed(`    use_backend second if { ${field('username')} -m beg u } !{ ${field('client_identifier')} c }\n`),
    two,
  ),
  'by a regular expression': pair(routed(`    use_backend second if { ${field('username')} -m reg ^a }\n`), two),
  'by a list': pair(routed(`    use_backend second if { ${field('username')} -f users.lst }\n`), two),
  'by an address': pair(routed('    use_backend second if { src 10.0.0.0/8 }\n'), two),
  'by SNI where TLS is ended': pair(routed('    use_backend second if { ssl_fc_sni -i iot.example }\n', tls), two),
  'by SNI that is no name': pair(routed('    use_backend second if { ssl_fc_sni 10.0.0.1 bad_name a..b }\n', tls), two),
  'by SNI where TLS is passed through': pair(
    routed('    use_backend second if { req.ssl_sni -m end .example }\n'),
    two.replaceAll('127.0.0.1\n', '127.0.0.1\ncertfile /b.crt\nkeyfile /b.key\n'),
  ),
  'by TLS or not': pair(routed('    use_backend second if { req.ssl_hello_type 1 }\n'), two),
  'by the first byte': pair(routed('    use_backend second if { req.payload(0,1) -m bin 10 }\n'), two),
  'by the first byte of HTTP': pair(routed('    use_backend second if { req.payload(0,1) -m bin 47 }\n'), two),
  'by HTTP': pair(routed('    use_backend second if { req.proto_http }\n'), two),
  'by length': pair(routed('    use_backend second if { req.len gt 0 }\n'), two),
  'by MQTT at all': pair(routed('    use_backend second if { req.payload(0,0),mqtt_is_valid }\n'), two),
  'by MQTT not at all': pair(routed('    use_backend second if !{ req.payload(0,0),mqtt_is_valid }\n'), two),
  always: pair(routed('    use_backend second if { always_true }\n'), two),
  never: pair(routed('    use_backend second if { always_false }\n'), two),
  'after a rule that takes the same': pair(
    routed(
      `    use_backend first if { ${field('username')} u }\n    use_backend second if { ${field('username')} u v }\n`,
    ),
    two,
  ),
  'after a rule that nobody here decides': pair(
    routed(`    use_backend first if { src 10.0.0.0/8 }\n    use_backend second if { ${field('username')} u }\n`),
    two,
  ),
  'to a backend that leads to nothing': pair(
    routed(
      `    use_backend third if { ${field('username')} u }\n`,
      '*:1883',
      'backend third\n    server s 127.0.0.1:1999\n',
    ),
    two,
  ),
  'by an ACL': pair(
    routed(
      `    acl mine ${field('username')} x\n    acl mine ${field('username')} y\n    use_backend second if mine\n`,
    ),
    two,
  ),
  'by use-server': pair(
    `${defaults}listen m\n    bind *:1883\n    use-server b if { ${field('username')} u }\n    server a 127.0.0.1:1884\n    server b 127.0.0.1:1885\n`,
    two,
  ),
}

const checked: Readonly<Record<string, PairText>> = {
  'a health check': pair(listen('check inter 1s'), open),
  'a health check of one server of two': pair(`${listen('check inter 10s')}    server t 127.0.0.1:1885\n`, two),
  'a health check that takes long': pair(listen('check inter 1m'), open),
  'a health check of a server that is elsewhere': pair(`${listen('check')}    server t 10.9.9.9:1884 check\n`, open),
  'a health check of a server that is disabled': pair(
    `${listen('check')}    server t 127.0.0.1:1885 check disabled\n`,
    two,
  ),
  'a dashboard beside it': pair(`${listen()}listen stats\n    bind *:8404\n    mode http\n    stats enable\n`, open),
  'a web site beside it': pair(
    `${listen()}listen web\n    bind *:80\n    mode http\n    server w 127.0.0.1:8080\n`,
    open,
  ),
  'metrics beside it': pair(
    `${listen()}frontend metrics\n    bind *:8405\n    mode http\n    http-request use-service prometheus-exporter\n`,
    open,
  ),
  'two addresses': pair(listen('', '127.0.0.1:1883,[::1]:1883'), open),
  'a unix socket': pair(listen('', 'unix@/run/m.sock'), open),
  'a broker of one client': pair(listen('check'), `${open}max_connections 2\n`),
  'a broker of three clients': pair(listen(), `${open}max_connections 3\n`),
  'a limit everywhere': pair(
    `global\n    maxconn 9\n    maxconnrate 7\n${listen('maxconn 5', '*:1883 maxconn 4', '    maxconn 6\n    rate-limit sessions 8\n')}`,
    open,
  ),
  'a large limit': pair(listen('maxconn 16'), open),
  'the least limit that binds': pair(listen('maxconn 15'), open),
  'a rate': pair(listen('', '*:1883', '    tcp-request connection reject if { fe_sess_rate gt 3 }\n'), open),
  'a rate of less than one a second': pair(
    listen('', '*:1883', '    tcp-request connection reject if { fe_sess_rate gt 0 }\n'),
    open,
  ),
  'two rates': pair(
    listen(
      '',
      '*:1883',
      '    tcp-request connection reject if { be_sess_rate gt 20 }\n    tcp-request content reject if { fe_req_rate gt 5 }\n',
    ),
    open,
  ),
  'a counter of an address': pair(
    listen(
      '',
      '*:1883',
      '    stick-table type ip size 1k store conn_cur\n    acl busy sc0_conn_cur gt 2\n    tcp-request connection track-sc0 src\n    tcp-request connection reject if !busy\n',
    ),
    open,
  ),
  'a counter that is kept only while another is high': pair(
    listen(
      '',
      '*:1883',
      '    stick-table type ip size 1k store conn_rate(1s)\n    acl busy src_conn_rate gt 2\n    tcp-request connection track-sc0 src if busy\n',
    ),
    open,
  ),
}

export const pairTexts: Readonly<Record<string, Readonly<Record<string, PairText>>>> = {
  sound,
  broken,
  routes,
  checked,
}
