import type { Places } from './examples-lab.js'

/** Commands that reach or open ports; the others only write down what the example says. */
const connecting = /\bmqtt-proxy (bench|broker|conformance|doctor|probe|send|tap|watch|who)\b|\bncat\b/
const somewhere =
  /\b127\.(?!0\.0\.1:(?:0\b|\$MQTT_PROXY_PORT))|\blocalhost\b|::1|\.example\b|-p [1-9]|\/(?:etc|run|var)\//

/**
 * The one thing that is changed in an example: the addresses it names become those of the lab.
 * @throws Error for one that the lab does not have, and for a broker on its usual port: nothing here uses a port by its number
 */
export function inLab(example: string, places: Places): string {
  if (!connecting.test(example)) return example
  const changes: readonly (readonly [RegExp, string])[] = [
    [/127\.0\.0\.1:1883\b/g, places.front],
    [/127\.0\.0\.1:1884\b/g, places.broker],
    [/127\.0\.0\.1 1884\b/g, places.broker.replace(':', ' ')],
    [/127\.0\.0\.1:1885\b/g, places.inner],
    [/127\.0\.0\.1:8080\b/g, places.webSocket],
    [/(localhost:8883|(?<=mqtts:\/\/)broker\.example)\b(?!:)/g, places.mtls.replace('127.0.0.1', 'localhost')],
    [/\/var\/log\/mosquitto\/mosquitto\.log/g, places.brokerLog],
    [/\/run\/haproxy\/admin\.sock/g, places.statsSocket],
    [/\/etc\/haproxy\/haproxy\.cfg/g, places.haproxyConfig],
    // A broker of our own takes whatever port is free, and says which.
    [/-p 1884\b/g, '-p 0'],
  ]
  const rest = changes.reduce((text, [from]) => text.replace(from, ''), example)
  const usualPort = /mqtt-proxy broker (?!.*(-p|-c) )/.test(example)
  if (somewhere.test(rest) || usualPort)
    throw new Error(`the lab has not what this needs: ${example} (test/docs/in-lab.ts)`)
  return changes.reduce((text, [from, to]) => text.replace(from, to), example)
}
