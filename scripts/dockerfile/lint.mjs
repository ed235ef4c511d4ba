import { pairsOf, parseDockerfile, stagesOf } from './parse.mjs'

const known = new Set(
  'FROM RUN CMD LABEL EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG ONBUILD STOPSIGNAL HEALTHCHECK SHELL'.split(
    ' ',
  ),
)

/**
 * What is wrong with a Dockerfile, a line each. The numbers are those of hadolint's rules that say the same.
 * @param version what the label of the version has to say
 */
export function dockerfileProblems(text, version) {
  const instructions = parseDockerfile(text)
  const stages = stagesOf(instructions)
  const problems = []
  const add = (line, message) => problems.push(`${line}: ${message}`)
  if (instructions[0]?.name !== 'FROM' && instructions[0]?.name !== 'ARG') add(1, 'begins with no FROM')
  if (stages.length < 2) add(1, 'has one stage: what builds it is in the image')
  const names = new Set()
  for (const stage of stages) {
    if (!names.has(stage.image) && !/:[^:/]+$/.test(stage.image)) add(stage.line, `DL3006 ${stage.image} has no tag`)
    if (/:latest$/.test(stage.image)) add(stage.line, `DL3007 ${stage.image} is whatever is the latest`)
    names.add(stage.name)
  }
  for (const { line, name, text: what } of instructions) {
    if (!known.has(name)) add(line, `${name} is no instruction`)
    if (name === 'ADD') add(line, 'DL3020 COPY copies files; ADD does more')
    if (name === 'HEALTHCHECK') add(line, 'a command that ends has no health')
    if (name === 'WORKDIR' && !what.startsWith('/')) add(line, 'DL3000 WORKDIR is not absolute')
    if (name === 'RUN') {
      if (/\bsudo\b/.test(what)) add(line, 'DL3004 sudo')
      if (/(^|&& )cd /.test(what)) add(line, 'DL3003 WORKDIR changes folders')
      if (/\bapt\b(?!-)/.test(what)) add(line, 'DL3027 apt is for people; apt-get')
      if (/apt-get install/.test(what) && !/--no-install-recommends/.test(what))
        add(line, 'DL3015 --no-install-recommends')
      if (/apt-get install/.test(what) && !/rm -rf \/var\/lib\/apt\/lists/.test(what))
        add(line, 'DL3009 lists of apt are left')
      if (/\|/.test(what) && !/pipefail/.test(what)) add(line, 'DL4006 a pipe without pipefail')
    }
    if ((name === 'CMD' || name === 'ENTRYPOINT') && !isList(what)) add(line, `DL3025 ${name} is no JSON list`)
    const from = name === 'COPY' ? /--from=(\S+)/.exec(what)?.[1] : undefined
    if (from !== undefined && !names.has(from)) add(line, `DL3022 there is no stage ${from}`)
  }
  const last = stages.at(-1)?.steps ?? []
  const user = last.filter((one) => one.name === 'USER').at(-1)
  if (user === undefined || /^(root|0)(:|$)/.test(user.text)) add(user?.line ?? 1, 'DL3002 runs as root')
  if (last.filter((one) => one.name === 'ENTRYPOINT').length !== 1) add(1, 'DL4004 one ENTRYPOINT')
  if (last.filter((one) => one.name === 'CMD').length > 1) add(1, 'DL4003 several CMD')
  const labels = new Map(last.filter((one) => one.name === 'LABEL').flatMap((one) => pairsOf(one.text)))
  for (const name of ['title', 'description', 'licenses', 'version']) {
    if (!labels.get(`org.opencontainers.image.${name}`)) add(1, `has no label ${name}`)
  }
  const said = labels.get('org.opencontainers.image.version')
  if (said !== version) add(1, `the label says version ${said}, and the package ${version}`)
  return problems
}

function isList(text) {
  try {
    return Array.isArray(JSON.parse(text))
  } catch {
    return false
  }
}
