import { expect, it } from 'vitest'
import { publicCommandLine } from '../../src/kernel/command-line.js'

it.each([
  [['send', 'h:1', '-u', 'bob', '-P', 's3cret'], 'mqtt-proxy send h:1 -u bob -P ***'],
  [['send', 'h:1', '-Ps3cret'], "mqtt-proxy send h:1 '-P***'"],
  [['send', 'h:1', '-dP', 's3cret', '-r'], 'mqtt-proxy send h:1 -dP *** -r'],
  [['send', 'h:1', '--password=s3cret'], "mqtt-proxy send h:1 '--password=***'"],
  [['send', 'h:1', '--password', 's3cret'], 'mqtt-proxy send h:1 --password ***'],
  [['send', 'h:1', '-P', '-'], 'mqtt-proxy send h:1 -P -'],
  [['send', 'h:1', '--password-file', 'pw.txt'], 'mqtt-proxy send h:1 --password-file pw.txt'],
  [['probe', 'mqtt://bob:s3cret@h:1883'], "mqtt-proxy probe 'mqtt://***@h:1883'"],
  [['broker', '--exec', 'mosquitto_pub -P s3cret -t t'], "mqtt-proxy broker --exec 'mosquitto_pub -P *** -t t'"],
  [['broker', '--exec', 'TOKEN=s3cret npm test'], "mqtt-proxy broker --exec 'TOKEN=*** npm test'"],
  [['tap', '-p', '1883'], 'mqtt-proxy tap -p 1883'],
])('%j', (args, shown) => {
  expect(publicCommandLine('mqtt-proxy', args)).toBe(shown)
})
