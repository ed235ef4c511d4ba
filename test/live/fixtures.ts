import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Answers of real HAProxys, 2.6.12, 3.0.11, 3.2.26 and 3.4.7, each with one MQTT client over mutual TLS, one server that is
 * down and one in maintenance, and the log of the Mosquitto 2.1.2 behind it; recorded on 2026-11-27.
 */
export const releases = ['2.6', '3.0', '3.2', '3.4'] as const

export type Recorded =
  | 'show_info'
  | 'show_stat'
  | 'show_sess_all'
  | 'show_ssl_cert'
  | 'show_ssl_cert_NAME'
  | 'show_proc'

export function answer(release: string, name: Recorded): string {
  return readFileSync(join(import.meta.dirname, `../../fixtures/runtime/${release}/${name}.txt`), 'utf8')
}

export function mosquittoLog(release: string): readonly string[] {
  return readFileSync(join(import.meta.dirname, `../../fixtures/runtime/${release}/mosquitto.log`), 'utf8').split('\n')
}
