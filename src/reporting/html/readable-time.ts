/** `2026-11-23 09:15 UTC` */
export function readableTime(time: string): string {
  return `${time.slice(0, 16).replace('T', ' ')} UTC`;
}
