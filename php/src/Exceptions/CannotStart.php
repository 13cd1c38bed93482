<?php

declare(strict_types=1);

namespace Reverb\Laravel\Exceptions;

use RuntimeException;

/**
 * Why the server does not start, in words for whoever called reverb:start.
 */
class CannotStart extends RuntimeException {}
