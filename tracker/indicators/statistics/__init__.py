"""The statistics behind the figures: pure functions of counts and arrays that read and write nothing."""
