import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Running, start } from '../program.js'

/** Runs shell lines in a folder: the programs of `bin` come first, and temporary files go to `.tmp` there. */
export async function runLines(lines: readonly string[], bin: string, folder: string): Promise<Running> {
  await mkdir(join(folder, '.tmp'))
  const env = {
    PATH: `${bin}:${process.env.PATH ?? ''}`,
    TMPDIR: join(folder, '.tmp'),
    NO_COLOR: '1',
    // A test runner sets it, a person does not.
    NODE_ENV: undefined,
    npm_config_update_notifier: 'false',
    npm_config_logs_max: '0',
  }
  return start('bash', ['--norc', '-c', lines.join('\n')], { cwd: folder, env, group: true })
}
