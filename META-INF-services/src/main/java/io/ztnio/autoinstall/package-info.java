/** What {@code ztnio-auto-install.jar} needs on the module path; on the class path its service file is enough. */
package io.ztnio.autoinstall;
