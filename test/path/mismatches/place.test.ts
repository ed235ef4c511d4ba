import { recordVariations } from './variations.js'

const listen = (server: string, bind = ':1883') => `listen mqtt\n bind ${bind}\n server b ${server}\n`
const anonymous = 'allow_anonymous true\n'
const reads = 'enable_proxy_protocol 2\n'

recordVariations('place', {
  'another port': { haproxy: listen('127.0.0.1:1885'), mosquitto: `listener 1884 127.0.0.1\n${anonymous}` },
  'another port, of two listeners': {
    haproxy: listen('127.0.0.1:1885'),
    mosquitto: `listener 1884 127.0.0.1\nlistener 1886 127.0.0.1\n${anonymous}`,
  },
  'another port, and a listener that another server reaches': {
    haproxy: `${listen('127.0.0.1:1885')} server c 127.0.0.1:1886\n`,
    mosquitto: `listener 1884 127.0.0.1\nlistener 1886 127.0.0.1\n${anonymous}`,
  },
  'another port, listeners of two brokers': {
    haproxy: listen('127.0.0.1:1885'),
    mosquitto: `listener 1884 127.0.0.1\n${anonymous}`,
    more: { 'conf/vernemq.conf': 'listener.tcp.default = 127.0.0.1:1999\nallow_anonymous = on\n' },
  },
  'another port, and the right one is taken by a bind': {
    haproxy: listen('127.0.0.1:1885'),
    mosquitto: `listener 1883 127.0.0.1\n${anonymous}`,
  },
  'another port in a bracket': { haproxy: listen('[::1]:1885'), mosquitto: `listener 1884 ::1\n${anonymous}` },
  'another socket': { haproxy: listen('/run/a.sock'), mosquitto: `listener 0 /run/b.sock\n${anonymous}` },
  'a port, and the broker has a socket': {
    haproxy: listen('127.0.0.1:1885'),
    mosquitto: `listener 0 /run/b.sock\n${anonymous}`,
  },
  'another port, and the server is disabled': {
    haproxy: `${listen('127.0.0.1:1885 disabled')} server c 10.0.0.1:1883\n`,
    mosquitto: `listener 1884 127.0.0.1\n${anonymous}`,
  },
  'another port, in mode http': {
    haproxy: 'listen mqtt\n mode http\n bind :80\n server b 127.0.0.1:1885\n',
    mosquitto: `listener 1884 127.0.0.1\n${anonymous}`,
  },
  'another port, of what is no MQTT': {
    haproxy: 'listen db\n bind :5432\n server b 127.0.0.1:5433\n',
    mosquitto: `listener 1884 127.0.0.1\n${anonymous}`,
  },
  'another machine': { haproxy: listen('10.0.0.5:1885'), mosquitto: `listener 1884 127.0.0.1\n${anonymous}` },
  'another port, and a part of the broker was not read': {
    haproxy: listen('127.0.0.1:1885'),
    mosquitto: `listener 1884 127.0.0.1\n${anonymous}include_dir /etc/mosquitto/conf.d\n`,
  },

  'bind and listener on one port, the server is right': {
    haproxy: `${listen('127.0.0.1:1884')}listen other\n bind :1884\n server s 10.0.0.9:80\n`,
    mosquitto: `listener 1884\n${anonymous}`,
  },
  'bind and listener on one port, the server wants another one': {
    haproxy: listen('127.0.0.1:1999'),
    mosquitto: `listener 1883\n${anonymous}`,
  },
  'bind and listener on one port, the server is a socket': {
    haproxy: listen('/run/m.sock'),
    mosquitto: `listener 1883\n${anonymous}`,
  },
  'bind and listener on one port, the broker is elsewhere': {
    haproxy: listen('10.0.0.5:1883'),
    mosquitto: `listener 1883\n${anonymous}`,
  },
  'bind and listener on one port, and nothing says where brokers are': {
    haproxy: 'frontend f\n bind :1883\n default_backend gone\n',
    mosquitto: `listener 1883\n${anonymous}`,
  },
  'bind and listener on one port, two servers of which one is elsewhere': {
    haproxy: `${listen('127.0.0.1:1999')} server c 10.0.0.5:1883\n`,
    mosquitto: `listener 1883\n${anonymous}`,
  },
  'an inner bind and a listener on one port': {
    haproxy: `${listen('127.0.0.1:1885')}listen inner\n bind 127.0.0.1:1885\n server b 127.0.0.1:1884\n`,
    mosquitto: `listener 1885\nlistener 1884 127.0.0.1\n${anonymous}`,
  },
  'two binds and a listener on one port': {
    haproxy: `listen mqtt\n bind 127.0.0.1:1883\n bind [::1]:1883\n server b 127.0.0.1:1999\n`,
    mosquitto: `listener 1883\n${anonymous}`,
  },

  'headers from the network, HAProxy here': {
    haproxy: listen('127.0.0.1:1884 send-proxy-v2'),
    mosquitto: `listener 1884\n${reads}${anonymous}`,
  },
  'headers from the network, HAProxy elsewhere': {
    haproxy: listen('10.0.0.5:1884 send-proxy-v2'),
    mosquitto: `listener 1884\n${reads}${anonymous}`,
  },
  'headers from one network, HAProxy elsewhere': {
    haproxy: listen('10.0.0.5:1884 send-proxy-v2'),
    mosquitto: `listener 1884 10.0.0.5\n${reads}${anonymous}`,
  },
  'headers from the network, one HAProxy here and one elsewhere': {
    haproxy: `${listen('127.0.0.1:1884 send-proxy-v2')} server c 10.0.0.5:1884 send-proxy-v2\n`,
    mosquitto: `listener 1884\n${reads}${anonymous}`,
  },
  'headers from the network, nobody comes, and others are local': {
    haproxy: listen('127.0.0.1:1999 send-proxy-v2'),
    mosquitto: `listener 1884\n${reads}${anonymous}`,
  },
  'headers from the network, nobody sends any': {
    haproxy: listen('127.0.0.1:1999'),
    mosquitto: `listener 1884\n${reads}${anonymous}`,
  },
  'no header from the network': { haproxy: listen('127.0.0.1:1884'), mosquitto: `listener 1884\n${anonymous}` },
  'a socket that reads headers': {
    haproxy: listen('/run/m.sock send-proxy-v2'),
    mosquitto: `listener 0 /run/m.sock\n${reads}${anonymous}`,
  },
  'RabbitMQ with its guest': {
    haproxy: listen('127.0.0.1:1884 send-proxy-v2'),
    more: { 'rabbitmq.conf': 'mqtt.listeners.tcp.default = 1884\nmqtt.proxy_protocol = true\n' },
  },
})
