/** One thing that is known of a broker, where it is from, and how a running one is asked whether it still holds. */
export interface Fact {
  /** `connack-maximum-qos`. */
  readonly id: string
  readonly what: string
  /** First version that it holds for, where others are known that differ; default: every version that is run here. */
  readonly since?: string
  /** Last version that it is known for, where later ones differ. */
  readonly until?: string
  /** Who says so: `measured on 4.3.6`, a file of the source; `second-hand, from URL` where nobody here opened the page. */
  readonly source: string
  /** When it was measured or read: `2026-11-27`. */
  readonly date: string
  /** Absent: nothing that runs can be asked. */
  readonly ask?: Question
}

/** How a running broker is asked. Configurations are in the broker's own words; `PORT` stands for the listener's. */
type Question =
  /** The version that the program says it is begins so. */
  | { readonly kind: 'version'; readonly is: string }
  /** A property of the CONNACK to an MQTT 5 CONNECT; `null`: absent. */
  | { readonly kind: 'connack'; readonly property: string; readonly is: string | number | boolean | null }
  /** Whether it starts with these lines behind a sound file. */
  | { readonly kind: 'accepts'; readonly lines: readonly string[]; readonly is: boolean }
  /** The return code to an MQTT 3.1.1 CONNECT behind these bytes (hex) with these lines; `closed`: none came. */
  | {
      readonly kind: 'connect'
      readonly lines: readonly string[]
      readonly header: string
      readonly username?: string
      readonly password?: string
      readonly is: number | 'closed'
    }
