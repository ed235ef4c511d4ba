import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bin as entry } from '../cli.js'
import { run } from '../program.js'
import type { ConsoleStep } from './console-blocks.js'

const mark = '\u001e'
/** What check says of a scenario while others still run; a terminal shows it only until the result is there. */
const progress = /^(?:ok|FAILED|skipped) +\S.* {2}\d+(?:\/\d+|\s+ms)/

/** A folder on PATH with `mqtt-proxy` in it: the program as it was built here. */
export async function programFolder(folder: string): Promise<string> {
  const bin = join(folder, '.bin')
  await mkdir(bin)
  const script = join(bin, 'mqtt-proxy')
  await writeFile(script, `#!/bin/sh\nexec '${process.execPath}' '${entry}' "$@"\n`)
  await chmod(script, 0o755)
  return bin
}

/** Runs the commands of a block in one shell; the output of each, as a terminal would show it. */
export async function runSteps(steps: readonly ConsoleStep[], cwd: string, bin: string): Promise<string[][]> {
  const temporary = join(cwd, '.tmp')
  await mkdir(temporary, { recursive: true })
  const script = steps.map(({ command }) => `${command}\n__code=$?; printf '${mark}'; (exit $__code)`).join('\n')
  const env = { PATH: `${bin}:${process.env.PATH ?? ''}`, NO_COLOR: '1', TMPDIR: temporary }
  const { stdout: said } = await run('bash', ['--norc', '-c', `exec 2>&1\n${script}`], { cwd, env })
  return steps.map((_, at) => {
    const text = said.split(mark)[at] ?? ''
    return text === ''
      ? []
      : text
          .replace(/\n$/, '')
          .split('\n')
          .filter((line) => !progress.test(line))
  })
}
