/** More levels than any real topic has; Mosquitto's limit. */
const levelLimit = 200

/** A topic name may not hold wildcards [MQTT-3.3.2-2] and is not empty [MQTT-4.7.3-1]. */
export function isTopicName(topic: string): boolean {
  if (topic.length === 0 || topic.length > 65535) return false
  return !/[+#]/.test(topic) && slashes(topic) <= levelLimit
}

/** `+` and `#` must be alone in their level, `#` only at the end [MQTT-4.7.1-1, MQTT-4.7.1-2]. */
export function isTopicFilter(filter: string): boolean {
  if (filter.length === 0 || filter.length > 65535) return false
  const levels = filter.split('/')
  if (levels.length - 1 > levelLimit) return false
  return levels.every((level, index) => {
    if (level === '#') return index === levels.length - 1
    return level === '+' || !/[+#]/.test(level)
  })
}

function slashes(text: string): number {
  let count = 0
  for (let at = text.indexOf('/'); at >= 0; at = text.indexOf('/', at + 1)) count += 1
  return count
}

/** A topic filter by its levels. */
export interface SplitFilter {
  /** The levels; a name that begins with `$` has its own root, all others share the empty one. */
  readonly levels: readonly string[]
  readonly share: string | undefined
}

/**
 * A filter into levels, `$share/NAME/FILTER` taken apart (4.8.2). `undefined`: a shared subscription without name or
 * filter, or with a wildcard in its name [MQTT-4.8.2-1, MQTT-4.8.2-2].
 */
export function splitFilter(filter: string): SplitFilter | undefined {
  const levels = filter.split('/')
  if (levels[0] !== '$share') return { levels: rooted(levels), share: undefined }
  const share = levels[1]
  const rest = levels.slice(2)
  if (!share || rest.length === 0 || (rest.length === 1 && rest[0] === '') || /[+#]/.test(share)) return undefined
  return { levels: rooted(rest), share }
}

export function splitTopic(topic: string): readonly string[] {
  return rooted(topic.split('/'))
}

function rooted(levels: readonly string[]): readonly string[] {
  return levels[0]?.startsWith('$') ? levels : ['', ...levels]
}

/** Whether a filter (of an access list) matches a topic; `$` topics only by filters that begin so [MQTT-4.7.2-1]. */
export function filterMatches(filter: string, topic: string): boolean {
  if (filter.startsWith('$') !== topic.startsWith('$')) return false
  const levels = filter.split('/')
  const names = topic.split('/')
  for (const [index, level] of levels.entries()) {
    if (level === '#') return true
    const name = names[index]
    if (name === undefined) return false
    if (level !== '+' && level !== name) return false
  }
  return levels.length === names.length
}
