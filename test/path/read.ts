import { readBroker } from '../../src/brokers/index.js'
import { parseHaproxy } from '../../src/config/haproxy/parse.js'
import { viewHaproxy } from '../../src/config/haproxy/view.js'
import { type PathModel, readPaths } from '../../src/path/index.js'

const defaults = 'defaults\n mode tcp\n timeout connect 5s\n timeout client 200s\n timeout server 200s\n'

/** One HAProxy a text (with defaults in front), and Mosquitto files. */
export function paths(haproxies: readonly string[], ...brokers: readonly string[]): PathModel {
  return readPaths({
    haproxies: haproxies.map((text, at) => viewHaproxy([parseHaproxy(`${defaults}${text}`, `h${at}.cfg`).document])),
    brokers: brokers.map((text, at) => readBroker('mosquitto', text, `m${at}.conf`)),
  })
}

export function kinds(model: PathModel): string[] {
  return model.mismatches.map((one) => one.kind)
}
