import { randomBytes } from 'node:crypto'

/**
 * What our run needs after the user's file, so that line numbers stay; of two lines the last counts. Node name
 * and cookie are the sandbox's own; our own files have them, because VerneMQ does not start without.
 */
export function completeVernemqConfig(config: string, more: readonly string[] = []): string {
  const has = (name: string) => new RegExp(`^\\s*${name.replaceAll('.', '\\.')}\\s*=`, 'm').test(config)
  const added = [
    'nodename = mqtt-proxy@127.0.0.1',
    `distributed_cookie = ${randomBytes(16).toString('hex')}`,
    'log.console = console',
    ...more,
  ].filter((line) => !has(line.split(' ')[0] ?? ''))
  return `${config}${config.endsWith('\n') ? '' : '\n'}${added.join('\n')}\n`
}
