/** What a container without a memory limit gets. */
export const DEFAULT_MEMORY_MB = 128;
