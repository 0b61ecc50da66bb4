/** Many nodes at one root, in one process. */
package io.ztnio.it.load;
