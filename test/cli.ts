import { join } from 'node:path'
import { type Ended, type Running, run, type StartOptions, start } from './program.js'

export const top = join(import.meta.dirname, '..')
/** The program as it was built here: `npm run build` comes first. */
export const bin = join(top, 'bin/run.js')

/** `mqtt-proxy` with these arguments, run to its end, whatever its exit code. */
export function mqttProxy(args: readonly string[], options: StartOptions = {}): Promise<Ended> {
  return run(process.execPath, [bin, ...args], options)
}

/** `mqtt-proxy` with these arguments, for what runs until it is stopped. */
export function startMqttProxy(args: readonly string[], options: StartOptions = {}): Running {
  return start(process.execPath, [bin, ...args], options)
}

/** Shell lines in which `mqtt-proxy` is a command, run to their end. */
export function shell(lines: string, options: StartOptions = {}): Promise<Ended> {
  const env = { ...options.env, MQTT_PROXY_NODE: process.execPath, MQTT_PROXY_BIN: bin }
  const command = 'mqtt-proxy() { "$MQTT_PROXY_NODE" "$MQTT_PROXY_BIN" "$@"; }'
  return run('bash', ['--norc', '-c', `${command}\n${lines}`], { ...options, env })
}
