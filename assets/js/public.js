import { startCounters } from './counter.js';
import { startErrors } from './errors.js';
import { startOnce } from './once.js';
import { startPrint } from './print.js';
import { startSuggest } from './suggest.js';

startErrors();
startOnce();
startPrint();
startCounters();
startSuggest();
