<?php

declare(strict_types=1);

namespace Laravel\Reverb\Protocols\Pusher\Channels;

/**
 * A channel whose subscribers are authorised.
 */
class PrivateChannel extends Channel {}
