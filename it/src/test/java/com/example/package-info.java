/** What the documentation's command lines call the user's program. */
package com.example;
