import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { findProgram } from '../../../src/host/process/programs.js'
import { processesWith } from '../../host/processes.js'
import { casesOf, check } from './request.js'

const { program: real } = await findProgram('mosquitto', { chosen: '2.1' })
afterEach(endAll)

/** Mosquitto; where its file wants TLS in the header, it `does` what this says as soon as a client has come. */
async function mosquittoThat(does: string): Promise<string> {
  const folder = (await makeWorkdir('test')).path
  const program = join(folder, 'mosquitto')
  const script = `#!/usr/bin/env bash
case "$*" in *-c*) ;; *) exec '${real}' "$@";; esac
grep -qs '^proxy_protocol_v2_require_tls' -- "\${@: -1}" "\${@: -2:1}" || exec '${real}' "$@"
${does}
`
  writeFileSync(program, script, { mode: 0o755 })
  return program
}

const dies = `exec 3< <('${real}' "$@" 2>&1; echo over)
broker=$!
while read -r line <&3; do
  echo "$line"
  case $line in *'New client connected'*) pkill -KILL -P $broker; exit 1;; esac
done`

it.each([
  ['at its start', 'echo "Error: no more" >&2; exit 1'],
  ['under its clients', dies],
])('a broker that dies in one group, %s: that group fails, and the others are told', async (_, does) => {
  const program = await mosquittoThat(does)
  const run = await check({
    select: ['tcp', 'proxy', 'proxy-tls'],
    brokers: [{ kind: 'mosquitto', program }],
    timeoutMs: 2000,
  })
  const failed = casesOf(run, 'failed')
  expect(failed.length).toBeGreaterThan(0)
  expect(failed.filter(({ id }) => !id.startsWith('proxy-tls/'))).toEqual([])
  for (const id of ['tcp', 'proxy']) {
    const group = run.result.groups.find((one) => one.id === id)
    expect([id, group?.cases.every(({ status }) => status === 'passed')]).toEqual([id, true])
  }
  expect(run.result.ok).toBe(false)
  expect(processesWith(program)).toEqual([])
})
