import { Flags } from '@oclif/core'

const tls = 'TLS'
const mqtt = 'MQTT'

/** How to reach a server: the same flags, named as the MQTT clients name them, for every command that connects. */
export const connectionFlags = {
  host: Flags.string({
    helpGroup: 'CONNECTION',
    char: 'h',
    description: 'host, when no TARGET is given',
    helpValue: 'HOST',
  }),
  port: Flags.integer({
    helpGroup: 'CONNECTION',
    helpValue: 'PORT',
    char: 'p',
    description: 'port, when TARGET names none',
    min: 1,
    max: 65535,
  }),
  unix: Flags.string({ helpGroup: 'CONNECTION', description: 'connect to this unix socket', helpValue: 'PATH' }),
  'local-address': Flags.string({
    helpGroup: 'CONNECTION',
    char: 'A',
    aliases: ['bind-address'],
    description: 'local address to connect from',
    helpValue: 'IP',
  }),
  timeout: Flags.string({
    helpGroup: 'CONNECTION',
    char: 'W',
    description: 'how long to wait for an answer',
    default: '5s',
    helpValue: 'TIME',
  }),
  cafile: Flags.string({
    aliases: ['ca', 'cacert', 'cacertfile'],
    helpGroup: tls,
    description: "CA file to use instead of the system's",
    helpValue: 'FILE',
  }),
  cert: Flags.string({
    aliases: ['certfile'],
    helpGroup: tls,
    description: 'client certificate to present',
    helpValue: 'FILE',
    dependsOn: ['key'],
  }),
  key: Flags.string({
    aliases: ['keyfile'],
    helpGroup: tls,
    description: 'private key of that certificate',
    helpValue: 'FILE',
    dependsOn: ['cert'],
  }),
  insecure: Flags.boolean({ helpGroup: tls, description: 'do not verify the server certificate' }),
  servername: Flags.string({ helpGroup: tls, description: 'SNI, and the name to verify', helpValue: 'NAME' }),
  'tls-alpn': Flags.string({ helpGroup: tls, description: 'ALPN to offer', helpValue: 'mqtt' }),
} as const

/** Who we are in MQTT. */
export const mqttFlags = {
  id: Flags.string({ char: 'i', helpGroup: mqtt, description: 'client id; default: a random one', helpValue: 'ID' }),
  username: Flags.string({ char: 'u', helpGroup: mqtt, description: 'username', helpValue: 'NAME' }),
  password: Flags.string({
    char: 'P',
    helpGroup: mqtt,
    description: 'password; - reads a line of stdin, which keeps it out of the process list',
    helpValue: 'PASSWORD',
    exclusive: ['password-file'],
  }),
  'password-file': Flags.string({
    helpGroup: mqtt,
    description: 'read the password from the first line of this file',
    helpValue: 'FILE',
  }),
  'mqtt-version': Flags.option({
    options: ['3.1.1', '5.0', '5', '4', '311', 'mqttv311', 'mqttv5'] as const,
    char: 'V',
  })({
    helpGroup: mqtt,
    description: 'protocol version',
    default: '3.1.1',
  }),
  keepalive: Flags.integer({
    helpValue: 'SECONDS',
    char: 'k',
    helpGroup: mqtt,
    description: 'seconds',
    default: 60,
    min: 0,
    max: 65535,
  }),
} as const

/** `3.1.1` and `5.0`, also as mosquitto_pub (`mqttv5`, `311`) and the protocol level (`4`, `5`) say it. */
export function mqttVersion(text: string): '3.1.1' | '5.0' {
  return text === '5.0' || text === '5' || text === 'mqttv5' ? '5.0' : '3.1.1'
}
