import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { includedNames } from '../../../src/brokers/mosquitto/included-names.js'
import { makeWorkdir } from '../../../src/host/files/workdir.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { findProgram } from '../../../src/host/process/programs.js'
import { runProgram } from '../../../src/host/process/run-program.js'

const names = ['b', 'B', 'a', 'C', 'c1', 'c', 'C2', '_', '.x', '', '10', '9', 'Ab', 'aB', 'ab', 'é', '[', '{', 'a-b']
const files = [...names.map((name) => `${name}.conf`), 'other.cnf', 'CAPITAL.CONF', 'a.conf.bak']

afterAll(endAll)

it('reads the files of an include_dir that Mosquitto reads, in its order', async () => {
  const folder = (await makeWorkdir('run')).path
  await mkdir(join(folder, 'd'))
  for (const file of files) await writeFile(join(folder, 'd', file), '# nothing\n')
  await writeFile(join(folder, 'mosquitto.conf'), 'listener 0 127.0.0.1\nallow_anonymous true\ninclude_dir d\n')
  const { program } = await findProgram('mosquitto')
  const { stdout, stderr } = await runProgram(program, ['-c', 'mosquitto.conf', '-v', '--test-config'], { cwd: folder })
  const read = [...`${stdout}${stderr}`.matchAll(/Loading config file 'd\/(.*)'/g)].map(([, name]) => name)
  expect(includedNames(files)).toEqual(read)
  expect(read).toHaveLength(names.length - 1)
})
