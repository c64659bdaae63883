/** The worker of the tabs, as an app has it. */
import 'everwire/tabs/worker';
