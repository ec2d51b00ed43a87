/**
 * The page's own addresses. The build writes them beside it, as the server has to know: what is neither one of them nor
 * a file is not found.
 */
export const paths = { home: /^\/$/, job: /^\/jobs\/([\w-]+)$/ };
