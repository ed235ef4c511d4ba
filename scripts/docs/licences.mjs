import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Every package that is bundled into what ships, with its licence: the dependencies and theirs, by the lock file. */
export function licencesPage(top) {
  const lock = JSON.parse(readFileSync(join(top, 'package-lock.json'), 'utf8')).packages
  const rows = Object.entries(lock)
    .filter(
      ([path, one]) =>
        path.startsWith('node_modules/') && one.dev !== true && one.devOptional !== true && one.optional !== true,
    )
    .map(([path, { version, license }]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
      return { name, version, license: license ?? ownLicence(join(top, path)) }
    })
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1))
  const lines = [...new Set(rows.map(({ name, version, license }) => `| ${name} | ${version} | ${license} |`))]
  return `# Licences\n\nmqtt-proxy is under the [MIT licence](../LICENSE). It includes these packages:\n\n| package | version | licence |\n| --- | --- | --- |\n${lines.join('\n')}\n`
}

function ownLicence(folder) {
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name))
  return file === undefined ? 'not stated' : readFileSync(join(folder, file), 'utf8').split('\n')[0].trim()
}
