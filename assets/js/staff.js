import './public.js';
import { startKeys } from './keys.js';
import { startScroll } from './scroll.js';
import { startSession } from './session.js';
import { startWaiting } from './waiting.js';

startKeys();
startScroll();
startSession();
startWaiting();
